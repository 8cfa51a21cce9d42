"""The copy of a job that never started: the same job, on another queue.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
"""

from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.core.arns import definition_arns
from constructs_lib.queues.queue import JobQueue
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.throttling import retry_throttled_batch
from constructs_lib.workflows.watch.action import StuckJobAction

RESUBMITTED_FROM: Final = "constructs-lib:resubmitted-from"
"""Key of the tag that marks a copy; its value is the id of the original job."""


def look_up_definition(scope: Construct) -> TaskState:
    """A state that notes the parts of a job that differ from its definition."""
    task = TaskState(
        scope,
        "Compare with definition",
        resource="aws-sdk:batch:describeJobDefinitions",
        arguments={"JobDefinitions": jsonata("[$states.input.job.JobDefinition]")},
        outputs=program(__file__, "defined").bind(),
        # AWS has no narrower resource for it.
        statements=[iam.PolicyStatement(actions=["batch:DescribeJobDefinitions"], resources=["*"])],
        comment="Finds what was submitted with the job: the rest is said by its definition.",
    )
    retry_throttled_batch(task)
    return task


def submit_copy(scope: Construct, action: StuckJobAction, jobs: Sequence[batch.IJobDefinition]) -> TaskState:
    """A state that submits a copy of a job to the queue of the action.

    Args:
        scope: of the state.
        action: with a queue for copies.
        jobs: the definitions that it may submit.
    """
    queue = action.queue.job_queue_arn if action.queue else ""
    task = TaskState(
        scope,
        "Submit copy",
        # batch:submitJob would add a variable that the job of a state machine already has.
        resource="aws-sdk:batch:submitJob",
        arguments=_copy(action, queue),
        outputs=jsonata("""$merge([$states.input, {"outcome": "resubmitted", "copy": $states.result.JobId}])"""),
        statements=[
            iam.PolicyStatement(
                # Tags that come with a job are authorized like the submit itself, on definition and queue.
                actions=["batch:SubmitJob", "batch:TagResource"],
                resources=[*(arn for job in jobs for arn in definition_arns(scope, job)), queue],
            ),
        ],
        comment="The same job on another queue, with a tag that names the first.",
    )
    retry_throttled_batch(task)
    return task


def _copy(action: StuckJobAction, queue: str) -> str:
    """The arguments of the copy, without a share identifier if the queue has no shares."""
    if isinstance(action.queue, JobQueue) and not action.queue.fair_share:
        return program(__file__, "submit_copy").bind(queue=queue, resubmittedFrom=RESUBMITTED_FROM)
    in_share = program(__file__, "submit_copy_in_share")
    return in_share.bind(queue=queue, resubmittedFrom=RESUBMITTED_FROM, share=action.share_identifier)
