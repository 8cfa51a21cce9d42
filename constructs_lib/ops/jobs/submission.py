"""Jobs that are submitted without a state machine, and their end.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.limits import MAX_ARRAY_SIZE, MAX_DEPENDENCIES, MIN_ARRAY_SIZE
from constructs_lib.local.runs.job_requests import JobRequest, request_for
from constructs_lib.ops.account import Account, explained
from constructs_lib.ops.errors import NotFoundError, OperationError
from constructs_lib.ops.executions.executions_now import Failure, failure_of
from constructs_lib.ops.names import Kind, Named, resolve
from constructs_lib.ops.queues.job_counts import ENDED, described_jobs, is_array

_SEQUENTIAL: Final = "SEQUENTIAL"
_N_TO_N: Final = ":N_TO_N"
_JOB_NAME: Final = re.compile(r"[A-Za-z0-9][\w-]{0,127}", re.ASCII)

_FIRST_PAUSE, _LONGEST_PAUSE, _SLOWER = 1.0, 15.0, 1.5
"""Seconds between two looks at jobs that are waited for: DescribeJobs is throttled for the account as a whole."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A job that was submitted.

    Attributes:
        id: its id.
        name: its name.
        arn: its ARN.
    """

    id: str
    name: str
    arn: str


@dataclass(frozen=True, slots=True)
class JobEnd:
    """How a job ended.

    Attributes:
        id: its id.
        name: its name.
        status: ``SUCCEEDED`` or ``FAILED``.
        children: of an array job, how many children ended how.
        failure: why it failed; None if it did not.
    """

    id: str
    name: str
    status: str
    children: dict[str, int]
    failure: Failure | None


def plan_submission(
    account: Account,
    job: str,
    queue: str,
    *,
    array: int | None = None,
    parameters: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    depends_on: Sequence[str] = (),
    share: str | None = None,
    priority: int | None = None,
    name: str | None = None,
) -> dict[str, Any]:
    """Make the request for SubmitJob.

    Args:
        account: where it is to run.
        job: its definition, by a name that `resolve` takes.
        queue: its queue, likewise.
        array: the size of an array job. Default: a job that is none.
        parameters: values for ``Ref::name`` in its command.
        environment: variables of its containers, besides those of its definition.
        depends_on: what it waits for: ids of jobs, each with ``:N_TO_N`` if child waits for child; or ``SEQUENTIAL``,
            so that the children of an array run one after the other.
        share: the share identifier, for a queue with a fair-share policy.
        priority: within its share, 0 to 9,999, the highest first. Default: that of the definition.
        name: what it is called. Default: as its definition.

    Raises:
        NotFoundError: there is no such definition or queue.
        OperationError: what AWS Batch would refuse.
    """
    if array is not None and not MIN_ARRAY_SIZE <= array <= MAX_ARRAY_SIZE:
        raise OperationError(f"an array job has {MIN_ARRAY_SIZE} to {MAX_ARRAY_SIZE:,} children, got {array}")
    if name is not None and not _JOB_NAME.fullmatch(name):
        raise OperationError(
            f"a name of a job is 1 to 128 letters, digits, - and _, and begins with a letter or digit, got {name!r}"
        )
    dependencies = dependencies_of(depends_on, is_array=array is not None)
    definition = resolve(account, job, {Kind.DEFINITION})
    found = account.client("batch").describe_job_definitions(jobDefinitions=[definition.id])["jobDefinitions"]
    if not found:
        raise NotFoundError(f"no job definition {job!r} in {account.shown}")
    wanted = JobRequest(
        job,
        array=array,
        environment=environment or {},
        parameters=parameters or {},
        share=share,
        priority=priority,
        depends_on=dependencies,
        name=name,
    )
    return request_for(wanted, found[0], resolve(account, queue, {Kind.QUEUE}).id, _called(definition, found[0]))


def dependencies_of(texts: Sequence[str], *, is_array: bool) -> list[dict[str, str]]:
    """What a job waits for, as SubmitJob has it.

    Args:
        texts: ids or ARNs of jobs, with or without ``:N_TO_N``, or ``SEQUENTIAL``.
        is_array: whether it is an array job.

    Raises:
        OperationError: there are too many, or they need an array job.
    """
    if len(texts) > MAX_DEPENDENCIES:
        raise OperationError(f"a job waits for {MAX_DEPENDENCIES} others at most, got {len(texts)}")
    found = []
    for text in texts:
        if text != _SEQUENTIAL and not text.endswith(_N_TO_N):
            found.append({"jobId": text.rpartition("/")[2]})
            continue
        if not is_array:
            raise OperationError(f"{text}: it is of children of an array job: give its size, too")
        if text == _SEQUENTIAL:
            found.append({"type": _SEQUENTIAL})
        else:
            job_id = text.removesuffix(_N_TO_N).rpartition("/")[2]
            found.append({"jobId": job_id, "type": _N_TO_N[1:]})
    return found


def submit_jobs(
    account: Account, request: Mapping[str, Any], count: int = 1, *, seen: Callable[[Submitted], None] = lambda _: None
) -> list[Submitted]:
    """Submit a job once or several times.

    Args:
        account: where.
        request: as `plan_submission` makes it.
        count: how often.
        seen: called for each job as soon as it is submitted.

    Raises:
        OperationError: AWS refused one after others were submitted; the message says how many were.
    """
    batch = account.client("batch")
    found: list[Submitted] = []
    for _ in range(count):
        try:
            answer = batch.submit_job(**request)
        except (BotoCoreError, ClientError) as error:
            if not found:
                raise
            raise OperationError(
                f"{len(found):,} of {count:,} jobs were submitted, and then AWS refused: {explained(error)}"
            ) from None
        found.append(Submitted(answer["jobId"], answer["jobName"], answer["jobArn"]))
        seen(found[-1])
    return found


def wait_for_jobs(
    account: Account,
    ids: Sequence[str],
    *,
    seen: Callable[[Mapping[str, int]], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> list[JobEnd]:
    """Wait until jobs have ended, for as long as that takes.

    Args:
        account: where they are.
        ids: of the jobs.
        seen: called with the number of jobs and children in each state, again and again.
        pause: waits so many seconds between two looks.

    Raises:
        NotFoundError: AWS Batch does not know one of them.
    """
    batch = account.client("batch")
    seconds = _FIRST_PAUSE
    while True:
        jobs = {job["jobId"]: job for job in described_jobs(batch, ids)}
        if missing := [job_id for job_id in ids if job_id not in jobs]:
            raise NotFoundError(f"no job {missing[0]} in {account.shown}")
        seen(_counts(jobs.values()))
        if all(job["status"] in ENDED for job in jobs.values()):
            return [_end(jobs[job_id]) for job_id in ids]
        pause(seconds)
        seconds = min(seconds * _SLOWER, _LONGEST_PAUSE)


def _called(definition: Named, described: Mapping[str, Any]) -> str:
    """The last id of the construct, or the name of the definition."""
    last = definition.shown.rpartition("/")[2]
    return str(described["jobDefinitionName"]) if ":" in last else last


def _counts(jobs: Any) -> Counter[str]:
    total: Counter[str] = Counter()
    for job in jobs:
        summary = job.get("arrayProperties", {}).get("statusSummary") if is_array(job) else None
        total.update(summary or {job["status"]: 1})
    return +total


def _end(job: Mapping[str, Any]) -> JobEnd:
    children = +Counter(job.get("arrayProperties", {}).get("statusSummary", {}) if is_array(job) else {})
    return JobEnd(
        job["jobId"],
        job["jobName"],
        job["status"],
        dict(children),
        failure_of(job) if job["status"] == "FAILED" else None,
    )
