"""The copy of a job that never started: the same job, on another queue.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
"""

import json
from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.core.arns import definition_arns
from constructs_lib.queues.queue import JobQueue
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.throttling import retry_throttled_batch
from constructs_lib.workflows.watch.action import StuckJob

RESUBMITTED_FROM: Final = "constructs-lib:resubmitted-from"
"""Key of the tag that makes a job a copy, and names the job that it is a copy of."""

# A described job has the values of its definition in it. Only what differs is an override: overrides have a quota.
_DEFINED: Final = jsonata("""
    ($job := $states.input.job.Container;
    $defined := $states.result.JobDefinitions[0].ContainerProperties;
    $variables := $filter($job.Environment, function($variable) {
        $substring($variable.Name, 0, 9) != "AWS_BATCH" and
        $not($exists($defined.Environment[Name = $variable.Name and Value = $variable.Value]))
    });
    $merge([$states.input, {"overrides": {
        "Command": $not($job.Command = $defined.Command) ? $job.Command,
        "Environment": [$variables],
        "ResourceRequirements": $not($job.ResourceRequirements = $defined.ResourceRequirements)
            ? $job.ResourceRequirements
    }}]))""")

_COPIED: Final = """
    $job := $states.input.job;
    $conditions := $job.RetryStrategy.EvaluateOnExit;
    $consumed := $job.ConsumableResourceProperties.ConsumableResourceList;
    $size := $job.ArrayProperties.Size;
    $tags := $sift($job.Tags, function($value, $key) { $substring($key, 0, 4) != "aws:" });"""


def look_up_definition(scope: Construct) -> TaskState:
    """A state that notes what the job of its input was given beside its definition."""
    task = TaskState(
        scope,
        "Compare with definition",
        resource="aws-sdk:batch:describeJobDefinitions",
        arguments={"JobDefinitions": jsonata("[$states.input.job.JobDefinition]")},
        outputs=_DEFINED,
        # AWS has no narrower resource for it.
        statements=[iam.PolicyStatement(actions=["batch:DescribeJobDefinitions"], resources=["*"])],
        comment="Finds what was submitted with the job: the rest is said by its definition.",
    )
    retry_throttled_batch(task)
    return task


def submit_copy(scope: Construct, action: StuckJob, jobs: Sequence[batch.IJobDefinition]) -> TaskState:
    """A state that submits the job of its input to the queue of a resubmission.

    Args:
        scope: what the state belongs to.
        action: the resubmission.
        jobs: the definitions that it may submit.
    """
    queue = action.queue.job_queue_arn if action.queue else ""
    task = TaskState(
        scope,
        "Submit copy",
        # batch:submitJob would add a variable of its own, which the copy of a state machine's job has already.
        resource="aws-sdk:batch:submitJob",
        arguments=jsonata(f"""
            ({_COPIED}
            {{
                "JobName": $job.JobName,
                "JobDefinition": $job.JobDefinition,
                "JobQueue": "{queue}",
                "DependsOn": $states.input.dependsOn,
                "ArrayProperties": $exists($size) ? {{"Size": $size}},
                "ContainerOverrides": $states.input.overrides,
                "Parameters": $job.Parameters,
                "ConsumableResourcePropertiesOverride": $count($consumed) > 0
                    ? {{"ConsumableResourceList": [$consumed]}},
                "RetryStrategy": $count($conditions) > 0 ? $job.RetryStrategy
                    : {{"Attempts": $job.RetryStrategy.Attempts}},
                "Timeout": $exists($job.Timeout.AttemptDurationSeconds) ? $job.Timeout,
                "PropagateTags": $job.PropagateTags,
                {_share(action)}
                "Tags": $merge([$tags, {{"{RESUBMITTED_FROM}": $job.JobId}}])
            }})"""),
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


def _share(action: StuckJob) -> str:
    """Whose share the copy uses, and its priority in it, which a share wants; a queue without shares takes neither."""
    if isinstance(action.queue, JobQueue) and not action.queue.fair_share:
        return ""
    share = json.dumps(action.share_identifier) if action.share_identifier else "$job.ShareIdentifier"
    return f"""
                "ShareIdentifier": {share},
                "SchedulingPriorityOverride": $exists({share})
                    ? ($exists($job.SchedulingPriority) ? $job.SchedulingPriority : 0),"""
