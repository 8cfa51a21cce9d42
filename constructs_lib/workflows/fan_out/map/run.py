"""The states of one item of a `MapFanOut`; other items run even when it fails."""

from typing import Final

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.fan_out.jobs.retry_tiers import RetryTiers
from constructs_lib.workflows.fan_out.jobs.runs import ItemEndings, Runs
from constructs_lib.workflows.fan_out.map.iterations import (
    ITERATION_FAILED,
    ITERATION_SUCCEEDED_IN_ROUND,
    iteration_failed_in_round,
)
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.template import SubmitTemplate

_ONCE: Final = ItemEndings(succeeded="{% $states.result.JobId %}", failed=ITERATION_FAILED)


def run_one_job(scope: Construct, template: SubmitTemplate, runs: Runs) -> TaskState:
    """The first state: submits the job of the item.

    Args:
        scope: the fan-out.
        template: of the submitted job.
        runs: how often the item may run.
    """
    endings = runs.item_endings(_ONCE, _in_rounds)
    task = runs.submit(template).state(scope, "Run job", outputs=endings.succeeded, comment="Runs one item.")
    note = sfn.Pass.jsonata(scope, "Note failure", comment="Lets the other items run.")
    task.add_catch(runs.check_item(scope, task, note), errors=["States.ALL"], outputs=endings.failed)
    return task


def _in_rounds(rounds: RetryTiers) -> ItemEndings:
    return ItemEndings(succeeded=ITERATION_SUCCEEDED_IN_ROUND, failed=iteration_failed_in_round(rounds))
