"""Why a job waits, or why it has failed: read, then judged; what it comes from is explained below it."""

from collections.abc import Mapping
from typing import Any, Final

from constructs_lib.limits import MAX_ARRAY_SIZE
from constructs_lib.ops.errors import NotFoundError
from constructs_lib.ops.names import Kind
from constructs_lib.ops.reasons import failed, waiting
from constructs_lib.ops.reasons.explanations import Cause, Explanation, Finding, Fix, counted, shortened
from constructs_lib.ops.reasons.failed.arrays import children_failed, groups
from constructs_lib.ops.reasons.failed.routes import ways_out
from constructs_lib.ops.reasons.job_descriptions import name_of
from constructs_lib.ops.reasons.reading import jobs
from constructs_lib.ops.reasons.reading.asking import Asking
from constructs_lib.ops.reasons.reading.networks import network_of
from constructs_lib.ops.reasons.reading.queues import children_in, snapshot_of
from constructs_lib.ops.reasons.unknown import unknown
from constructs_lib.ops.reasons.waiting.blocked import blocked
from constructs_lib.ops.reasons.waiting.situation import Situation
from constructs_lib.ops.times import age

Described = Mapping[str, Any]

_STATES: Final = "https://docs.aws.amazon.com/batch/latest/userguide/job_states.html"
_STUCK: Final = "https://repost.aws/knowledge-center/batch-job-stuck-runnable-status"
_TROUBLE: Final = "https://docs.aws.amazon.com/batch/latest/userguide/troubleshooting.html"
_JUST: Final = 60
_DEPTH: Final = 4
_EXAMPLES: Final = 3


def explain_job(asking: Asking, job_id: str, *, depth: int = 0) -> Explanation:
    """Explain a job, a child, a node, or a service job.

    Args:
        asking: reads, and notes what it may not read.
        job_id: its id.
        depth: how many explanations are above it.

    Raises:
        NotFoundError: AWS Batch does not have it.
    """
    job = jobs.describe(asking, job_id)
    if job is None:
        return _of_service_job(asking, job_id)
    if job["status"] == "FAILED":
        return _failed(asking, job, depth)
    if job["status"] in ("SUCCEEDED", "RUNNING"):
        return _explanation(asking, job, _no_trouble(asking, job))
    if job.get("arrayProperties", {}).get("size") and job["status"] != "SUBMITTED":
        return _waiting_array(asking, job, depth)
    return _waiting(asking, job, depth)


def _failed(asking: Asking, job: Described, depth: int) -> Explanation:
    if job.get("arrayProperties", {}).get("size") and not (job.get("isTerminated") or job.get("isCancelled")):
        return _failed_array(asking, job, depth)
    read = jobs.failed_job_of(asking, job)
    found = failed.finding(read)
    if found is None:
        found = unknown(
            f"It failed: {shortened(job.get('statusReason', 'AWS Batch gives no reason'))}.",
            (*read.endings, *read.last_lines),
            Fix("See all that it wrote.", read.more_log),
            Fix.run("See all that AWS Batch has of it.", "aws", "batch", "describe-jobs", "--jobs", job["jobId"]),
            source=_TROUBLE,
        )
    if (attempts := len(job.get("attempts", []))) > 1:
        found = found.with_evidence(f"attempts: {attempts} of {job.get('retryStrategy', {}).get('attempts', attempts)}")
    if found.cause is Cause.NO_ROUTE:
        found = found.with_evidence(*ways_out(network_of(asking, job)))
    below: tuple[Explanation, ...] = ()
    if found.cause is Cause.DEPENDENCY_FAILED and read.failed_dependencies and depth < _DEPTH:
        below = (explain_job(asking, read.failed_dependencies[0]["jobId"], depth=depth + 1),)
    return _explanation(asking, job, found, below=below)


def _failed_array(asking: Asking, job: Described, depth: int) -> Explanation:
    found = groups(children_in(asking, job["jobId"], "FAILED", MAX_ARRAY_SIZE))
    below: tuple[Explanation, ...] = ()
    if depth < _DEPTH:
        below = tuple(explain_job(asking, group.example, depth=depth + 1) for group in found[:_EXAMPLES])
    finding = children_failed(job, found, is_all=True)
    return _explanation(asking, job, finding, below=below)


def _waiting(asking: Asking, job: Described, depth: int) -> Explanation:
    situation = jobs.situation_of(asking, job)
    found = waiting.findings(situation)
    if not found:
        found = [_nothing_found(situation)]
    below: tuple[Explanation, ...] = ()
    on = [each for each in situation.dependencies if each["status"] != "SUCCEEDED"]
    if found[0].cause in (Cause.DEPENDENCY_OPEN, Cause.DEPENDENCY_FAILED) and on and depth < _DEPTH:
        last = min(on, key=lambda each: each["status"] != "FAILED")
        below = (explain_job(asking, last["jobId"], depth=depth + 1),)
    if found[0].cause is Cause.QUEUE_BLOCKED and situation.line and depth < _DEPTH:
        below = (explain_job(asking, situation.line.first[0]["jobId"], depth=depth + 1),)
    return _explanation(asking, job, found[0], also=tuple(found[1:]), below=below)


def _nothing_found(situation: Situation) -> Finding:
    job, waited = situation.job, age(situation.waited)
    if situation.waited < _JUST or job["status"] in ("SUBMITTED", "PENDING"):
        return Finding(
            Cause.JUST_SUBMITTED,
            f"It was submitted {waited} ago, and AWS Batch has not looked at it yet.",
            (f"status {job['status']}",),
            (Fix("Wait a minute, and ask again."),),
            _STATES,
        )
    environments = [
        f"{each['computeEnvironmentName']}: {each.get('state')}, {each.get('status')}"
        for each in situation.environments
    ]
    return unknown(
        f"It has been {job['status']} for {waited}, it fits, nothing is ahead of it, and there is room.",
        (f"queue {situation.queue_name}: {(situation.queue or {}).get('state', 'not known')}", *environments),
        Fix("See whether the environments' instances start (EC2) and have joined their cluster (ECS)."),
        Fix("See whether they reach Amazon ECS: a NAT gateway, public addresses, or the endpoints of ECS."),
        source=_STUCK,
    )


def _waiting_array(asking: Asking, job: Described, depth: int) -> Explanation:
    properties = job["arrayProperties"]
    counts = {status: number for status, number in properties.get("statusSummary", {}).items() if number}
    ended = counts.get("SUCCEEDED", 0) + counts.get("FAILED", 0)
    runs = counts.get("RUNNING", 0) + counts.get("STARTING", 0)
    waits = sum(counts.values()) - ended - runs
    finding = Finding(
        Cause.CHILDREN_WAIT,
        f"Of its {counted(properties['size'], 'child', 'children')}, {ended:,} ended, {runs:,} run and {waits:,} wait. "
        "An array is PENDING until the last has ended.",
        (", ".join(f"{status}: {number:,}" for status, number in counts.items()),),
        (),
        "https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html",
    )
    below: tuple[Explanation, ...] = ()
    for status in ("RUNNABLE", "STARTING", "PENDING", "SUBMITTED"):
        if counts.get(status) and depth < _DEPTH and not below:
            [*first] = children_in(asking, job["jobId"], status, 1)
            below = tuple(explain_job(asking, child["jobId"], depth=depth + 1) for child in first)
    return _explanation(asking, job, finding, below=below)


def _no_trouble(asking: Asking, job: Described) -> Finding:
    if job["status"] == "SUCCEEDED":
        took = (job.get("stoppedAt", 0) - job.get("startedAt", job.get("stoppedAt", 0))) / 1000
        return Finding(Cause.SUCCEEDED, f"It succeeded{f', and ran for {age(took)}' if took else ''}.", (), (), _STATES)
    snapshot = snapshot_of(asking, job["jobQueue"])
    ran = jobs.now_of(asking, snapshot) - job.get("startedAt", job["createdAt"]) / 1000
    limit = job.get("timeout", {}).get("attemptDurationSeconds")
    attempts = len(job.get("attempts", []))
    lines = [line for line in jobs.last_lines(asking, job) if line.strip()][-3:]
    return Finding(
        Cause.RUNS,
        f"It runs, for {age(max(ran, 0))}"
        + (f", and is ended after {age(limit)}." if limit else ". It has no timeout: a program that hangs runs on."),
        (f"attempt {attempts}", *(f"log: {shortened(line, 200)}" for line in lines)),
        (Fix("Follow what it writes.", f"constructs-lib logs {job['jobId']} --follow"),),
        _STATES,
    )


def _of_service_job(asking: Asking, job_id: str) -> Explanation:
    job = jobs.describe_service_job(asking, job_id)
    if job is None:
        raise NotFoundError(
            f"no job {job_id} in {asking.account.shown}. AWS Batch forgets jobs some days after their end; is it of "
            "another region or account?"
        )
    reason = shortened(job.get("statusReason", "no reason is given"))
    found = blocked(job) or unknown(
        f"It is a service job, {job['status']}: {reason}.",
        (reason,),
        Fix.run("See all that AWS Batch has of it.", "aws", "batch", "describe-service-job", "--job-id", job_id),
        source="https://docs.aws.amazon.com/batch/latest/userguide/service-jobs.html",
    )
    return _explanation(asking, job, found)


def _explanation(
    asking: Asking,
    job: Described,
    finding: Finding,
    *,
    also: tuple[Finding, ...] = (),
    below: tuple[Explanation, ...] = (),
) -> Explanation:
    return Explanation(str(Kind.JOB), job["jobId"], name_of(job), job["status"], finding, also, below, asking.refused)
