"""Which kinds of jobs Step Functions can submit, to which queues, and what it may change of them.

AWS Batch says `Multinode Array Job not supported`, and that it takes `nodeOverrides` for such a job, not container
overrides. Step Functions adds a variable to the container overrides of each job that it submits, for which AWS Batch
answers `Container overrides should not be set for ecsProperties jobs`.
Sources: https://docs.aws.amazon.com/batch/latest/userguide/mnp-ce.html,
https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html and
https://repost.aws/questions/QUYUtrKcPGRf-Rj1m1dXJH1Q/aws-batch-running-ecsproperties-job-with-aws-stepfunction
"""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_batch as batch

from constructs_lib.batch.multi_container import MultiContainerJob
from constructs_lib.batch.place import Place
from constructs_lib.errors import ConfigurationError


def check_kind(
    place: Place, job: batch.IJobDefinition, queue: batch.IJobQueue, changes: Mapping[str, Any], array_size: object
) -> None:
    """Refuse jobs of several containers, and for multi-node jobs what only other jobs have.

    Args:
        place: what submits it.
        job: the definition.
        queue: where it goes.
        changes: what is changed of its container, by name; None is no change.
        array_size: of an array job, or None.
    """
    if isinstance(job, MultiContainerJob):
        _refuse(
            place.of("job"),
            "a job of several containers",
            "Step Functions adds container overrides to each job, which AWS Batch refuses for these",
            "Make it a ContainerJob, or submit it by EventBridge, by aws-sdk:batch:submitJob or by the API.",
        )
    if isinstance(job, batch.MultiNodeJobDefinition):
        _check_multi_node(place, queue, changes, array_size)


def _check_multi_node(place: Place, queue: batch.IJobQueue, changes: Mapping[str, Any], array_size: object) -> None:
    if array_size is not None:
        _refuse(
            place.of("array_size"),
            "a multi-node parallel job",
            "AWS Batch has no arrays of these",
            "Leave array_size out, and submit them one by one, as in a Map.",
        )
    for name, value in changes.items():
        if value is not None:
            _refuse(
                place.of(name),
                "a multi-node parallel job",
                "only a job of one container has container overrides",
                "Use `parameters` and Ref::name in the command, or make another definition.",
            )
    for environment in _environments(queue):
        if unfit := _unfit(environment):
            _refuse(
                place.of("queue"),
                f"a queue over {environment.node.path}, which is {unfit}",
                "AWS Batch runs multi-node parallel jobs on managed EC2 instances on demand only",
                "Make an Ec2ComputeEnvironment without spot for them, and a queue.",
            )


def _environments(queue: batch.IJobQueue) -> list[Any]:
    """The environments of a queue, as far as they are known: those of an imported one are not."""
    if not isinstance(queue, batch.JobQueue):
        return []
    return [ordered.compute_environment for ordered in queue.compute_environments]


def _unfit(environment: Any) -> str | None:
    """Why an environment runs no multi-node parallel jobs, if it does not."""
    if isinstance(environment, batch.FargateComputeEnvironment):
        return "Fargate"
    if isinstance(environment, batch.UnmanagedComputeEnvironment):
        return "unmanaged"
    if isinstance(environment, batch.ManagedEc2EcsComputeEnvironment) and environment.spot:
        return "Spot"
    return None


def _refuse(place: Place, got: str, expected: str, fix: str) -> None:
    raise ConfigurationError(code="BATCH032", where=str(place), got=got, expected=expected, fix=fix)
