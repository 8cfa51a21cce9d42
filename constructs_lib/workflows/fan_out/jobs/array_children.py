"""The failed children of an array job, which AWS Batch lists page by page."""

from typing import Final

from constructs import Construct

from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.permissions import list_jobs
from constructs_lib.workflows.submit.throttling import retry_throttled_batch

# A request with a job status returns up to 1,000 entries of 450 bytes and more: with a long name, a long ARN and long
# reasons, six times that. The result of a task is a payload, so a page of the longest entries has to fit.
CHILDREN_PER_PAGE: Final = 100
"""The number of children of an array job in one page."""


class ListFailedChildren(TaskState):
    """A state that adds a page of failed children to its input; after the last page its output is the outcome.

    Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ListJobs.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope, and the name of the state.
        outcome: JSONata for the input with one more page, or the record after the last page.
    """

    def __init__(self, scope: Construct, construct_id: str, *, outcome: str) -> None:
        super().__init__(
            scope,
            construct_id,
            resource="aws-sdk:batch:listJobs",
            arguments=program(__file__, "list_failed_children").bind(perPage=CHILDREN_PER_PAGE),
            outputs=outcome,
            statements=[list_jobs()],
            comment="Adds one page of the children that failed; comes back while there are more.",
        )
        retry_throttled_batch(self)
