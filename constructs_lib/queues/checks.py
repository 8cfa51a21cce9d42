"""Which compute environments can share a queue.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeEnvironmentOrder.html
"""

from collections.abc import Sequence

from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef

from constructs_lib.compute.capacity import kind_of
from constructs_lib.compute.ec2.environment import Ec2ComputeEnvironment
from constructs_lib.compute.managed_instances.environment import ManagedInstancesComputeEnvironment
from constructs_lib.compute.unmanaged.environment import UnmanagedComputeEnvironment
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_count
from constructs_lib.limits import MAX_ENVIRONMENTS_PER_QUEUE
from constructs_lib.rules import Rule


def check_environments(place: ArgumentPath, environments: Sequence[IComputeEnvironmentRef]) -> None:
    """Refuse what AWS Batch refuses: none, too many, one twice, or environments that cannot take the same jobs."""
    if not environments:
        raise Rule.QUEUE_ENVIRONMENTS.error(
            place,
            got="no compute environment",
            expected="a queue needs at least one",
            fix="Pass the environments that its jobs may run on.",
        )
    check_count(
        place,
        environments,
        MAX_ENVIRONMENTS_PER_QUEUE,
        rule=Rule.QUEUE_ENVIRONMENTS,
        what="compute environments",
        per="queue",
        fix="Split the jobs over two queues.",
    )
    _check_distinct(place, environments)
    _check_spot_last(place, environments)
    _check_same(
        place,
        {environment: kind_of(environment) for environment in environments},
        rule=Rule.ONE_PLATFORM_PER_QUEUE,
        fix="Make one queue for each.",
    )
    _check_same(
        place,
        {environment: _architecture(environment) for environment in environments},
        rule=Rule.ONE_ARCHITECTURE_PER_QUEUE,
        fix="Make one queue per architecture.",
    )


def _check_distinct(place: ArgumentPath, environments: Sequence[IComputeEnvironmentRef]) -> None:
    for index, environment in enumerate(environments):
        if environment in environments[:index]:
            raise Rule.ENVIRONMENT_ONCE.error(
                place.of("compute_environments").at(index),
                got=f"{environment.node.path} a second time",
                fix="Remove one of them.",
            )


def _check_same(place: ArgumentPath, traits: dict[IComputeEnvironmentRef, str | None], *, rule: Rule, fix: str) -> None:
    """Refuse traits that differ; None is one that cannot be known, such as that of an imported environment."""
    if len({trait for trait in traits.values() if trait}) > 1:
        raise rule.error(
            place,
            got=", ".join(f"{item.node.id} ({trait or 'unknown'})" for item, trait in traits.items()),
            fix=fix,
        )


def _architecture(environment: IComputeEnvironmentRef) -> str | None:
    if isinstance(environment, Ec2ComputeEnvironment | UnmanagedComputeEnvironment):
        return environment.architecture.name
    return None


def _check_spot_last(place: ArgumentPath, environments: Sequence[IComputeEnvironmentRef]) -> None:
    """Refuse what only queues of ECS managed instances have no way for: Spot first, and then on demand."""
    spot = [each.spot for each in environments if isinstance(each, ManagedInstancesComputeEnvironment)]
    if spot != sorted(spot):
        raise Rule.ON_DEMAND_BEFORE_SPOT.error(
            place,
            got="ECS managed instances on Spot before those on demand",
            expected="AWS Batch accepts them in the other order only",
            fix="Put environments on demand first.",
        )
