"""The states of a row of items that run as one job or one array job; the others run whatever happens to it."""

from collections.abc import Callable
from typing import Any

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.fan_out.jobs.array_children import ListFailedChildren
from constructs_lib.workflows.fan_out.jobs.array_records import (
    ARRAY_JOB_FAILED,
    CHILDREN_FAILED,
    REFUSED,
    SINGLE_JOB_FAILED,
    SUCCEEDED,
)
from constructs_lib.workflows.fan_out.jobs.run import RoundRun
from constructs_lib.workflows.fan_out.list.summary import JOB_FAILED
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.submit_job import SubmitJob


class ArrayRun:
    """The states from a choice, which knows what to run, to the record.

    Args:
        scope: the fan-out.
        submit: makes a state that submits a job of the fan-out.
        job_name: a name, or an expression over ``$states.input.index``.
        again: where and how items run again. Default: they do not.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        submit: Callable[..., SubmitJob],
        job_name: str,
        again: RoundRun | None = None,
    ) -> None:
        self._scope = scope
        self._submit = submit
        self._job_name = job_name
        self._again = again
        self.outcome = self._check_job()

    def follow(self, choice: sfn.Choice) -> sfn.Choice:
        """Let a choice lead to the job; what it led to before comes first."""
        one = sfn.Condition.jsonata(f"{{% {self._size} = 1 %}}")
        choice.when(one, self._single_job(), comment="AWS Batch has no array jobs of one child")
        if self._again:
            self._again.follow(self.outcome, choice)
        self.outcome.otherwise(self._note())
        return choice.otherwise(self._array_job())

    def caught(self, task: TaskState, outputs: Any) -> TaskState:
        """Let a record follow when a task fails."""
        task.add_catch(self.outcome, errors=["States.ALL"], outputs=outputs)
        return task

    def _single_job(self) -> TaskState:
        task = self._submit(
            "Run single job",
            job_name=self._job_name,
            outputs=self._again.records.succeeded if self._again else SUCCEEDED,
            comment="Runs the one item as a job of its own.",
        )
        if self._again:
            return self._check(task, self._again.records.single_job_failed)
        return self.caught(task, jsonata(f"{JOB_FAILED} ? {SINGLE_JOB_FAILED} : {REFUSED}"))

    def _array_job(self) -> TaskState:
        task = self._submit(
            "Run array job",
            job_name=self._job_name,
            array_size=f"{{% {self._size} %}}",
            outputs=self._again.records.succeeded if self._again else SUCCEEDED,
            comment="Runs each item as a child of one array job.",
        )
        if self._again:
            return self._check(task, self._again.records.array_job_failed)
        return self.caught(task, ARRAY_JOB_FAILED)

    def _check(self, task: TaskState, failed: str) -> TaskState:
        """Let the check follow a job of a round, however it ends: others may be pending."""
        task.next(self.outcome)
        return self.caught(task, failed)

    def _check_job(self) -> sfn.Choice:
        check = sfn.Choice.jsonata(self._scope, "Check job", comment="Lets the other jobs run, whatever failed.")
        listing = ListFailedChildren(
            self._scope,
            "List failed children",
            outcome=self._again.records.children_failed if self._again else CHILDREN_FAILED,
            by_reason=self._again is not None,
        )
        listing.next(check)
        failed = sfn.Condition.jsonata("{% $exists($states.input.failedArray) %}")
        return check.when(failed, listing, comment="Which children failed is still to be asked")

    def _note(self) -> sfn.Pass:
        if self._again:
            return sfn.Pass.jsonata(self._scope, "Note outcome", comment="The record of all rounds.")
        return sfn.Pass.jsonata(self._scope, "Note failures", comment="The record of a job with failed items.")

    @property
    def _size(self) -> str:
        return "$states.input.size" if self._again else "$states.input.total"
