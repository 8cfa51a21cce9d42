"""The kinds of jobs that Step Functions can submit, to which queues, and which of their parts a submit can change.

Step Functions adds a variable to the container overrides of each job that it submits by ``batch:submitJob``. AWS Batch
rejects these with `Container overrides should not be set for ecsProperties jobs`, and has node overrides instead of
container overrides for multi-node parallel jobs. ``aws-sdk:batch:submitJob`` adds no variable, and does not wait.
Sources: https://docs.aws.amazon.com/batch/latest/userguide/mnp-ce.html,
https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html and
https://repost.aws/questions/QUYUtrKcPGRf-Rj1m1dXJH1Q/aws-batch-running-ecsproperties-job-with-aws-stepfunction
"""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_batch as batch

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.jobs.several_containers.job import MultiContainerJob
from constructs_lib.queues.environments import environments_of
from constructs_lib.rules import Rule


def submit_resource(job: batch.IJobDefinition, *, wait: bool) -> str:
    """The resource of a state that submits a job."""
    if wait:
        return "batch:submitJob.sync"
    return "batch:submitJob" if _kind(job) is None else "aws-sdk:batch:submitJob"


def check_kind(
    place: ArgumentPath,
    job: batch.IJobDefinition,
    queue: batch.IJobQueue,
    changes: Mapping[str, Any],
    array_size: object,
    *,
    wait: bool,
) -> None:
    """Refuse, for jobs of several containers or nodes, options that only jobs of one container have.

    Args:
        place: of the submit.
        job: the definition.
        queue: that it is submitted to.
        changes: to its container, by name; None is no change.
        array_size: of an array job, or None.
        wait: whether the state ends when the job has ended.
    """
    kind = _kind(job)
    if kind is None:
        return
    if array_size is not None and isinstance(job, batch.MultiNodeJobDefinition):
        raise Rule.ARRAY_OF_NODES.error(
            place.of("array_size"),
            got=kind,
            expected="AWS Batch has no arrays of these",
            fix="Leave array_size out, and submit them one by one, as in a Map.",
        )
    for name, value in changes.items():
        if value is not None:
            raise Rule.CONTAINER_OVERRIDES.error(
                place.of(name),
                got=kind,
                fix="Use `parameters` and Ref::name in the command, or make another definition.",
            )
    if wait:
        raise Rule.WAITED_FOR.error(
            place.of("wait"),
            got=kind,
            expected="Step Functions waits for jobs to which it adds container overrides, and these have none",
            fix="Pass wait=False, and watch for its end with an EventBridge rule; or make it a ContainerJob.",
        )
    if isinstance(job, batch.MultiNodeJobDefinition):
        _check_queue(place.of("queue"), queue)


def _kind(job: batch.IJobDefinition) -> str | None:
    """The name of a kind of jobs with several containers or nodes; None for jobs of one container."""
    if isinstance(job, MultiContainerJob):
        return "a job of several containers"
    return "a multi-node parallel job" if isinstance(job, batch.MultiNodeJobDefinition) else None


def _check_queue(place: ArgumentPath, queue: batch.IJobQueue) -> None:
    for environment in environments_of(queue):
        if unfit := _unfit(environment):
            raise Rule.MULTI_NODE_QUEUE.error(
                place,
                got=f"a queue over {environment.node.path}, which is {unfit}",
                fix="Make an Ec2ComputeEnvironment without spot for them, and a queue.",
            )


def _unfit(environment: Any) -> str | None:
    """The reason why an environment runs no multi-node parallel jobs, if there is one."""
    if isinstance(environment, batch.FargateComputeEnvironment):
        return "Fargate"
    if isinstance(environment, batch.UnmanagedComputeEnvironment):
        return "unmanaged"
    if isinstance(environment, batch.ManagedEc2EcsComputeEnvironment) and environment.spot:
        return "Spot"
    return None
