"""The states of one item of a `MapFanOut`; the others run whatever happens to it."""

from collections.abc import Callable

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.iterations import (
    ITERATION_FAILED,
    ITERATION_FAILED_AGAIN,
    ITERATION_FAILED_OR_RECLAIMED,
    ITERATION_SUCCEEDED_AGAIN,
)
from constructs_lib.workflows.submit import SubmitJob


def run_one_job(
    scope: Construct,
    *,
    submit: Callable[..., SubmitJob],
    submit_again: Callable[..., SubmitJob] | None,
    job_name: str,
) -> SubmitJob:
    """The first state: submits the job of the item.

    Args:
        scope: the fan-out.
        submit: makes a state that submits a job of the fan-out.
        submit_again: makes one that submits to the fallback queue, if there is one.
        job_name: a name, or an expression over ``$states.input.index``.
    """
    task = submit("Run job", job_name=job_name, outputs="{% $states.result.JobId %}", comment="Runs one item.")
    note = sfn.Pass.jsonata(scope, "Note failure", comment="Lets the other items run.")
    if submit_again is None:
        task.add_catch(note, errors=["States.ALL"], outputs=ITERATION_FAILED)
        return task
    check = sfn.Choice.jsonata(scope, "Check job", comment="Tells whether AWS took the capacity from the job.")
    task.add_catch(check, errors=["States.ALL"], outputs=ITERATION_FAILED_OR_RECLAIMED)
    again = submit_again(
        "Run job on fallback",
        job_name=job_name,
        outputs=ITERATION_SUCCEEDED_AGAIN,
        comment="Runs again on the fallback queue what was reclaimed.",
    )
    again.add_catch(note, errors=["States.ALL"], outputs=ITERATION_FAILED_AGAIN)
    check.when(sfn.Condition.jsonata("{% $exists($states.input.reclaimed) %}"), again, comment="Reclaimed")
    check.otherwise(note)
    return task
