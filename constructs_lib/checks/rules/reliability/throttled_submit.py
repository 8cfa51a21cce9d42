"""Submits that fail when AWS Batch is asked too often."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.flows import comes_back
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.retries import FAILED_JOB, retried
from constructs_lib.checks.model.submits import Submit, shown_together
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.core.throttled_submits import THROTTLED
from constructs_lib.limits import SUBMIT_JOB_PER_SECOND

_ERRORS: Final = (*THROTTLED, *FAILED_JOB)


def _look(pipelines: Pipelines) -> Iterator[Found]:
    failing: dict[str, list[Submit]] = {}
    for submit in pipelines.submits:
        state = submit.state
        again = retried(state, _ERRORS) if state and not comes_back(state) else None
        if again and not again[1]:
            failing.setdefault(submit.resource.key, []).append(submit)
    for submits in failing.values():
        got = f"no Retry for {THROTTLED[-1]} in {shown_together(submits)}"
        allowed = f"an account may submit {SUBMIT_JOB_PER_SECOND} jobs a second, all its submits together"
        yield Found(submits[0].resource, submits[0].path, got, allowed)


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
        pipeline(retry="Retry: [{ErrorEquals: <VALUE>, MaxAttempts: 8, JitterStrategy: FULL}]"),
        wrong="[Batch.ServerException]",
        right="[Batch.TooManyRequestsException, Batch.AWSBatchException, Batch.BatchException]",
    ),
    look=_look,
)
