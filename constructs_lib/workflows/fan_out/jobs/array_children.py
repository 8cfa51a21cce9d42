"""Which children of an array job failed: AWS tells it page by page."""

from typing import Final

from constructs import Construct

from constructs_lib.workflows.fan_out.jobs.endings import CHILD_OUT_OF_MEMORY, CHILD_RECLAIMED
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.permissions import list_jobs
from constructs_lib.workflows.submit.throttling import retry_throttled_batch

# AWS Batch gives up to 1,000 entries with a job status, of 450 bytes and more: with a long name, a long ARN and long
# reasons it is six times that. The answer of a task is a payload, so a page has to fit whatever its entries say.
CHILDREN_PER_PAGE: Final = 100
"""So many children of an array job are listed at once."""


def failed_children(array_job: str) -> str:
    """JSONata for the arguments of ListJobs: a page of the failed children of an array job.

    Args:
        array_job: JSONata for its id.
    """
    return jsonata(
        f"""$merge([
            {{"ArrayJobId": {array_job}, "JobStatus": "FAILED", "MaxResults": {CHILDREN_PER_PAGE}}},
            $exists($states.input.nextToken) ? {{"NextToken": $states.input.nextToken}} : {{}}
        ])"""
    )


# An array job that failed without a failed child never ran its children.
FAILED: Final = "$count($failed) = 0 ? [0..$states.input.total - 1] : $failed"
"""JSONata for the places of all children that failed, for the outcome of `ListFailedChildren`."""

_ALL: Final = """
    $failed := [$states.input.failedIndexes, $children.ArrayProperties.Index];
    $page := {"failedIndexes": $failed};
"""
_BY_REASON: Final = f"""
    $ended := $children.{{
        "index": ArrayProperties.Index,
        "why": {CHILD_RECLAIMED} ? 'reclaimed' : {CHILD_OUT_OF_MEMORY} ? 'outOfMemory' : 'failed'
    }};
    $failed := [$states.input.failedIndexes, $ended[why = 'failed'].index];
    $outOfMemory := [$states.input.outOfMemory, $ended[why = 'outOfMemory'].index];
    $reclaimed := [$states.input.reclaimed, $ended[why = 'reclaimed'].index];
    $page := {{"failedIndexes": $failed, "outOfMemory": $outOfMemory, "reclaimed": $reclaimed}};
"""


class ListFailedChildren(TaskState):
    """A state that adds a page of children to its input; the last page makes it the outcome.

    Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ListJobs.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope, and the name of the state.
        outcome: JSONata over ``$failed``, the places of the children that failed.
        by_reason: whether those that were reclaimed are in ``$reclaimed`` instead, and those whose memory was too
            small in ``$outOfMemory``.
    """

    def __init__(self, scope: Construct, construct_id: str, *, outcome: str, by_reason: bool = False) -> None:
        super().__init__(
            scope,
            construct_id,
            resource="aws-sdk:batch:listJobs",
            arguments=failed_children("$states.input.failedArray"),
            outputs=_add_page(_BY_REASON if by_reason else _ALL, outcome),
            statements=[list_jobs()],
            comment="Adds one page of the children that failed; comes back while there are more.",
        )
        retry_throttled_batch(self)


def _add_page(children: str, outcome: str) -> str:
    return jsonata(
        f"""(
            $children := $states.result.JobSummaryList;
            {children}
            $exists($states.result.NextToken)
                ? $merge([$states.input, $page, {{"nextToken": $states.result.NextToken}}])
                : {outcome}
        )"""
    )
