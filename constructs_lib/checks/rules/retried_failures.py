"""States that run a job again, whatever it failed of."""

from collections.abc import Iterator
from typing import Any, Final

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import items, member, number
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.templates.unknown import Unknown

_FAILED: Final = ("States.ALL", "States.TaskFailed")
"""The error of a job that failed is States.TaskFailed."""
_DEFAULT_ATTEMPTS: Final = 3
"""Of a retrier: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html."""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        state = submit.state
        found = _repeats(state.body.get("Retry")) if state and state.resource.endswith(".sync") else None
        if state and found:
            got = f"{found[1]:g} times again for {found[0]} in {submit.shown}"
            yield Found(submit.resource, (*submit.path, "Retry"), got, "what failed in the program fails again")


def _repeats(retries: Any) -> tuple[str, float] | None:
    """The error for which a failed job is run again, and how often; None if it is not, or nobody knows."""
    for entry in items(retries) or ():
        names = items(member(entry, "ErrorEquals"))
        if names is None or any(isinstance(name, Unknown) for name in [entry, *names]):
            return None
        if wide := [name for name in _FAILED if name in names]:  # the first one that fits decides
            given = member(entry, "MaxAttempts")
            attempts = _DEFAULT_ATTEMPTS if given is None else number(given)
            return (wide[0], attempts) if attempts else None
    return None


RULE = Rule(
    id="CHECK504",
    title="a state runs a job again for what may be over then, not for every failure",
    severity="warning",
    otherwise=(
        "A job that fails of its program or its input is run again from its beginning, with all attempts of its "
        "definition, and paid for each time."
    ),
    fix=(
        "Retry the errors of the submit alone (Batch.TooManyRequestsException, Batch.AWSBatchException, "
        "Batch.BatchException, Batch.ServerException), and leave retries of jobs to RetryStrategy, by their reasons."
    ),
    source="https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html",
    example=Example(
        pipeline(state="Retry: [{ErrorEquals: <VALUE>, MaxAttempts: 5}]"),
        wrong="[States.ALL]",
        right="[Batch.TooManyRequestsException, Batch.AWSBatchException, Batch.BatchException]",
    ),
    look=_look,
)
