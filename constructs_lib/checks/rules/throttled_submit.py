"""Submits that fail when AWS Batch is asked too often."""

from collections.abc import Iterator
from typing import Any, Final

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import items, member
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.core.throttled_submits import THROTTLED
from constructs_lib.limits import SUBMIT_JOB_PER_SECOND
from constructs_lib.templates.unknown import Unknown

_ALL: Final = ("States.ALL", "States.TaskFailed")


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        if submit.state and not _is_retried(submit.state.body.get("Retry")):
            allowed = f"an account may submit {SUBMIT_JOB_PER_SECOND} jobs a second, all its submits together"
            got = f"no Retry for {THROTTLED[-1]} in {submit.shown}"
            yield Found(submit.resource, submit.path, got, allowed)


def _is_retried(retries: Any) -> bool:
    """Whether a throttled submit is, or may be, submitted again."""
    entries = items(retries)
    if entries is None:
        return True
    for entry in entries:
        names = items(member(entry, "ErrorEquals"))
        if names is None or any(isinstance(name, Unknown) for name in [entry, *names]):
            return True
        if any(name in names for name in (*THROTTLED, *_ALL)) and member(entry, "MaxAttempts") != 0:
            return True
    return False


RULE = Rule(
    id="CHECK503",
    title="a submit that AWS Batch throttles is repeated",
    severity="warning",
    otherwise=(
        "More than 50 submits a second in the account, such as those of many executions or of a Map, fail with "
        "`Too Many Requests`, and their executions with them."
    ),
    fix=(
        "Add a Retry with backoff and JitterStrategy FULL for Batch.TooManyRequestsException, Batch.AWSBatchException "
        "and Batch.BatchException: Step Functions has used each of these names."
    ),
    source="https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html",
    example=Example(
        pipeline(state="Retry: [{ErrorEquals: <VALUE>, MaxAttempts: 8, JitterStrategy: FULL}]"),
        wrong="[Batch.ServerException]",
        right="[Batch.TooManyRequestsException, Batch.AWSBatchException, Batch.BatchException]",
    ),
    look=_look,
)
