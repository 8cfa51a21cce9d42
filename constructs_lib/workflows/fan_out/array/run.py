"""The states of a chunk of items that runs as one job or one array job; other chunks run even when it fails."""

from typing import Any

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.fan_out.jobs.array_children import ListFailedChildren
from constructs_lib.workflows.fan_out.jobs.runs import Runs
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.template import SubmitTemplate


class ArrayRun:
    """The states from the choice of how to run a chunk to its record.

    Args:
        scope: the fan-out.
        template: of the submitted jobs.
        runs: how often an item may run.
        bucket: for items that run again.
    """

    def __init__(self, scope: Construct, *, template: SubmitTemplate, runs: Runs, bucket: s3.IBucket) -> None:
        self._scope = scope
        self._template = runs.submit(template)
        self._runs = runs
        self._bucket = bucket
        self.outcome = self._check_job()

    def follow(self, choice: sfn.Choice) -> sfn.Choice:
        """Add the job to the branches of a choice; branches that it has already come first."""
        one = sfn.Condition.jsonata(f"{{% {self._runs.size} = 1 %}}")
        choice.when(one, self._single_job(), comment="AWS Batch has no array jobs of one child")
        self._runs.repeat(self._scope, self._bucket, self.outcome, choice)
        self.outcome.otherwise(self._runs.note(self._scope))
        return choice.otherwise(self._array_job())

    def caught(self, task: TaskState, outputs: Any) -> TaskState:
        """Catch the failure of a task, with a record as the output."""
        task.add_catch(self.outcome, errors=["States.ALL"], outputs=outputs)
        return task

    def _single_job(self) -> TaskState:
        task = self._template.state(
            self._scope,
            "Run single job",
            outputs=self._runs.chunk_endings.succeeded,
            comment="Runs the one item as a job of its own.",
        )
        self._runs.lead_on(task, self.outcome)
        return self.caught(task, self._runs.chunk_endings.single_job_failed)

    def _array_job(self) -> TaskState:
        task = self._template.with_(array_size=f"{{% {self._runs.size} %}}").state(
            self._scope,
            "Run array job",
            outputs=self._runs.chunk_endings.succeeded,
            comment="Runs each item as a child of one array job.",
        )
        self._runs.lead_on(task, self.outcome)
        return self.caught(task, self._runs.chunk_endings.array_job_failed)

    def _check_job(self) -> sfn.Choice:
        check = sfn.Choice.jsonata(self._scope, "Check job", comment="Lets the other jobs run, whatever failed.")
        listing = ListFailedChildren(
            self._scope, "List failed children", outcome=self._runs.chunk_endings.children_failed
        )
        listing.next(check)
        failed = sfn.Condition.jsonata("{% $exists($states.input.failedArray) %}")
        return check.when(failed, listing, comment="Which children failed is still to be asked")
