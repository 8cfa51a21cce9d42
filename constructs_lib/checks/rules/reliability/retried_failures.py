"""States that run a job again, whatever it failed of."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.retries import FAILED_JOB, retried
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        state = submit.state
        again = retried(state, FAILED_JOB) if state and state.resource.endswith(".sync") else None
        if again and again[1]:
            got = f"{again[1]:g} times again for {again[0]} in {submit.shown}"
            yield Found(submit.resource, (*submit.path, "Retry"), got, "what failed in the program fails again")


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
        pipeline(retry="Retry: [{ErrorEquals: <VALUE>, MaxAttempts: 5}]"),
        wrong="[States.ALL]",
        right="[Batch.TooManyRequestsException, Batch.AWSBatchException, Batch.BatchException]",
    ),
    look=_look,
)
