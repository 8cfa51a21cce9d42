"""Which children of an array job failed: AWS tells it page by page."""

from typing import Final

from constructs import Construct

from constructs_lib.workflows.expressions import jsonata
from constructs_lib.workflows.permissions import list_jobs
from constructs_lib.workflows.task import TaskState
from constructs_lib.workflows.throttling import retry_throttled_batch

_ARGUMENTS: Final = jsonata(
    """$merge([
        {"ArrayJobId": $states.input.failedArray, "JobStatus": "FAILED"},
        $exists($states.input.nextToken) ? {"NextToken": $states.input.nextToken} : {}
    ])"""
)

# An array job that failed without a failed child never ran its children.
FAILED: Final = "$count($failed) = 0 ? [0..$states.input.total - 1] : $failed"
"""JSONata for the indexes of all children that failed, for the outcome of `ListFailedChildren`."""


class ListFailedChildren(TaskState):
    """A state that adds a page of indexes to its input; the last page makes it the outcome.

    Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ListJobs.html
    """

    def __init__(self, scope: Construct, construct_id: str, *, outcome: str) -> None:
        super().__init__(
            scope,
            construct_id,
            resource="aws-sdk:batch:listJobs",
            arguments=_ARGUMENTS,
            outputs=_add_page(outcome),
            statements=[list_jobs()],
            comment="Adds one page of the children that failed; comes back while there are more.",
        )
        retry_throttled_batch(self)


def _add_page(outcome: str) -> str:
    return jsonata(
        f"""(
            $failed := [$states.input.failedIndexes, $states.result.JobSummaryList.ArrayProperties.Index];
            $exists($states.result.NextToken)
                ? $merge([$states.input, {{"failedIndexes": $failed, "nextToken": $states.result.NextToken}}])
                : {outcome}
        )"""
    )
