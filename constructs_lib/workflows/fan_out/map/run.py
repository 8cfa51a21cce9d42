"""The states of one item of a `MapFanOut`; the others run whatever happens to it."""

from collections.abc import Callable

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.fan_out.jobs.rounds import Rounds
from constructs_lib.workflows.fan_out.map.iterations import (
    ITERATION_FAILED,
    ITERATION_SUCCEEDED_IN_ROUND,
    iteration_failed_in_round,
)
from constructs_lib.workflows.submit.submit_job import SubmitJob


def run_one_job(
    scope: Construct,
    *,
    submit: Callable[..., SubmitJob],
    rounds: Rounds,
    job_name: str,
) -> SubmitJob:
    """The first state: submits the job of the item.

    Args:
        scope: the fan-out.
        submit: makes a state that submits a job of the fan-out.
        rounds: where and how the item runs again.
        job_name: a name, or an expression over ``$states.input.index``.
    """
    succeeded = ITERATION_SUCCEEDED_IN_ROUND if rounds.several else "{% $states.result.JobId %}"
    task = submit("Run job", job_name=job_name, outputs=succeeded, comment="Runs one item.")
    note = sfn.Pass.jsonata(scope, "Note failure", comment="Lets the other items run.")
    if not rounds.several:
        task.add_catch(note, errors=["States.ALL"], outputs=ITERATION_FAILED)
        return task
    check = sfn.Choice.jsonata(scope, "Check job", comment="Tells whether the item runs again.")
    task.add_catch(check, errors=["States.ALL"], outputs=iteration_failed_in_round(rounds))
    again = sfn.Condition.jsonata("{% $exists($states.input.round) %}")
    check.when(again, task, comment="Reclaimed, or out of memory")
    check.otherwise(note)
    return task
