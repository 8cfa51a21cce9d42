"""A row of items as one job or one array job, and a record of how it ended; the others run whatever happens to it.

The input has ``{"index", "total", "environment", "indexes"?}``: the index of the first item, how many there are, and
their indexes if they do not follow each other. The record is ``{"index", "total", "failed", "jobId"?, "failedIndexes"?,
"error"?, "cause"?}``.
"""

from collections.abc import Callable
from typing import Any, Final

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.array_children import FAILED, ListFailedChildren
from constructs_lib.workflows.expressions import jsonata
from constructs_lib.workflows.submit import SubmitJob
from constructs_lib.workflows.summary import FAILED_JOB_ID, JOB_FAILED
from constructs_lib.workflows.task import TaskState

_LONGEST_CAUSE: Final = 1_000

_ALL: Final = """($exists($states.input.indexes) ? $states.input.indexes
    : [$states.input.index..$states.input.index + $states.input.total - 1])"""

_RECORD: Final = """{"index": $states.input.index, "total": $states.input.total"""

_SUCCEEDED: Final = jsonata(f"""{_RECORD}, "failed": 0, "jobId": $states.result.JobId}}""")

REFUSED: Final = f"""{_RECORD}, "failed": $states.input.total, "failedIndexes": [{_ALL}],
    "error": $states.errorOutput.Error,
    "cause": $exists($states.errorOutput.Cause) ? $substring($states.errorOutput.Cause, 0, {_LONGEST_CAUSE}) : ''}}"""
"""JSONata for the record of items without a job."""

_SINGLE_JOB_FAILED: Final = jsonata(
    f"""{JOB_FAILED}
        ? {_RECORD}, "failed": 1, "jobId": {FAILED_JOB_ID}, "failedIndexes": [{_ALL}]}}
        : {REFUSED}"""
)
_ARRAY_JOB_FAILED: Final = jsonata(
    f"""{JOB_FAILED}
        ? $merge([$states.input, {{"failedArray": {FAILED_JOB_ID}, "failedIndexes": []}}])
        : {REFUSED}"""
)
_CHILDREN_FAILED: Final = f"""(
    $children := [{FAILED}];
    $indexes := $states.input.indexes;
    $first := $states.input.index;
    {_RECORD}, "failed": $count($children), "jobId": $states.input.failedArray,
        "failedIndexes": $sort([$exists($indexes)
            ? $filter($indexes, function($value, $place) {{ $place in $children }})
            : $children.($ + $first)])}}
)"""


class ArrayRun:
    """The states from a choice, which knows what to run, to the record.

    Args:
        scope: the fan-out.
        submit: makes a state that submits a job of the fan-out.
        job_name: a name, or an expression over ``$states.input.index``.
    """

    def __init__(self, scope: Construct, *, submit: Callable[..., SubmitJob], job_name: str) -> None:
        self._scope = scope
        self._submit = submit
        self._job_name = job_name
        self._outcome = self._check_job()

    def follow(self, choice: sfn.Choice) -> sfn.Choice:
        """Let a choice lead to the job; what it led to before comes first."""
        one = sfn.Condition.jsonata("{% $states.input.total = 1 %}")
        choice.when(one, self._single_job(), comment="AWS Batch has no array jobs of one child")
        return choice.otherwise(self._array_job())

    def caught(self, task: TaskState, outputs: Any) -> TaskState:
        """Let a record follow when a task fails."""
        task.add_catch(self._outcome, errors=["States.ALL"], outputs=outputs)
        return task

    def _single_job(self) -> TaskState:
        task = self._submit(
            "Run single job",
            job_name=self._job_name,
            outputs=_SUCCEEDED,
            comment="Runs the one item as a job of its own.",
        )
        return self.caught(task, _SINGLE_JOB_FAILED)

    def _array_job(self) -> TaskState:
        task = self._submit(
            "Run array job",
            job_name=self._job_name,
            array_size="{% $states.input.total %}",
            outputs=_SUCCEEDED,
            comment="Runs each item as a child of one array job.",
        )
        return self.caught(task, _ARRAY_JOB_FAILED)

    def _check_job(self) -> sfn.Choice:
        check = sfn.Choice.jsonata(self._scope, "Check job", comment="Lets the other jobs run, whatever failed.")
        listing = ListFailedChildren(self._scope, "List failed children", outcome=_CHILDREN_FAILED)
        listing.next(check)
        failed = sfn.Condition.jsonata("{% $exists($states.input.failedArray) %}")
        check.when(failed, listing, comment="Which children failed is still to be asked")
        note = sfn.Pass.jsonata(self._scope, "Note failures", comment="The record of a job with failed items.")
        return check.otherwise(note)
