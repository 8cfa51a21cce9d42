"""The notification about a job that does not start."""

from typing import Final

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.limits import SNS_SUBJECT_CHARACTERS
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState

_NO_REASON: Final = "AWS Batch gives none: the job is not at the head of its queue, or its instances never joined."

_WHAT: Final = {
    "left": "The job still waits.",
    "cancelled": "The job is cancelled.",
    "resubmitted": "The job is cancelled, and its copy is submitted to another queue.",
    "started": "The job started before it could be cancelled; of an array, the children that had not are cancelled.",
    "gone": "Somebody else has ended the job.",
    "lost": "The job is cancelled, and AWS Batch does not take its copy.",
}


def tell(scope: Construct, topic: sns.ITopic) -> TaskState:
    """A state that publishes the outcome for a job.

    Args:
        scope: of the state.
        topic: which is notified.
    """
    subject = '"AWS Batch job " & $states.input.jobName & " does not start: " & $states.input.outcome'
    task = TaskState(
        scope,
        "Tell topic",
        resource="sns:publish",
        arguments={
            "TopicArn": topic.topic_arn,
            "Subject": jsonata(f"$substring({subject}, 0, {SNS_SUBJECT_CHARACTERS})"),
            "Message": program(__file__, "message").bind(noReason=_NO_REASON, meanings=_WHAT),
        },
        outputs="{% $states.input %}",
        statements=_publish(topic),
        comment="Sends the job, the reason that AWS Batch gives and what was done.",
    )
    task.add_retry(errors=["States.TaskFailed"], max_attempts=6, jitter_strategy=sfn.JitterType.FULL)
    return task


def _publish(topic: sns.ITopic) -> list[iam.PolicyStatement]:
    publish = iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn])
    key = topic.master_key
    if key is None:
        return [publish]
    actions = ["kms:Decrypt", "kms:GenerateDataKey"]
    return [publish, iam.PolicyStatement(actions=actions, resources=[key.key_arn])]
