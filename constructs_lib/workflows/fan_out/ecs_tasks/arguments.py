"""Checks of the arguments of an `EcsTaskFanOut`."""

from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.quantities import check_whole, in_seconds, known
from constructs_lib.limits import MAX_ATTEMPTS, MIN_ATTEMPTS, STEP_FUNCTIONS_TASK_SECONDS
from constructs_lib.rules import Rule


def check_attempts(place: ArgumentPath, attempts: int) -> None:
    """Refuse less than one attempt, and more than a job of AWS Batch has."""
    known(place.of("attempts"), attempts, "how many items an execution has room for is counted from it")
    if not MIN_ATTEMPTS <= attempts <= MAX_ATTEMPTS:
        raise Rule.ITEM_ATTEMPTS.error(
            place.of("attempts"),
            got=f"{attempts}",
            expected=f"an item is tried {MIN_ATTEMPTS} to {MAX_ATTEMPTS} times, as a job of AWS Batch is",
            fix="Use 1 for no further attempts.",
        )


def check_timeout(place: ArgumentPath, timeout: Duration) -> None:
    """Refuse a timeout of zero, and more than Step Functions allows."""
    seconds = in_seconds(place.of("timeout"), timeout)
    check_whole(place.of("timeout"), seconds, unit="seconds", rule=Rule.TASK_TIMEOUT)
    check_range(
        place.of("timeout"),
        seconds,
        1,
        STEP_FUNCTIONS_TASK_SECONDS,
        rule=Rule.TASK_TIMEOUT,
        unit=" s",
        service="Step Functions",
    )


def check_capacity(place: ArgumentPath, *, spot: bool, on_demand_fallback: bool, attempts: int) -> None:
    """Refuse a fallback without Spot, and a fallback that would be the only attempt."""
    if on_demand_fallback and not spot:
        raise Rule.TASK_FALLBACK.error(
            place.of("on_demand_fallback"),
            got="a fallback to on-demand capacity for tasks that run on it",
            expected="tasks fall back from Fargate Spot",
            fix="Add spot=True, or leave it out.",
        )
    if on_demand_fallback and attempts == 1:
        raise Rule.TASK_FALLBACK.error(
            place.of("on_demand_fallback"),
            got="1 attempt, the last of which is on demand",
            expected="an attempt on Fargate Spot comes first",
            fix="Use attempts=2 or more.",
        )


def item_container(
    place: ArgumentPath, task_definition: ecs.TaskDefinition, container: ecs.ContainerDefinition | None
) -> ecs.ContainerDefinition:
    """The container that works on the item.

    Raises:
        ConfigurationError: the definition has no container or is not for Fargate, or the container belongs to another
            definition.
    """
    if not task_definition.is_fargate_compatible:
        raise Rule.FARGATE_TASK.error(
            place.of("task_definition"),
            got=f"{task_definition.node.path}, which is not made for Fargate",
            expected="the tasks run on Fargate",
            fix="Make it an ecs.FargateTaskDefinition.",
        )
    found = container or task_definition.default_container
    if found is None:
        raise Rule.ITEM_CONTAINER.error(
            place.of("task_definition"),
            got=f"{task_definition.node.path} without a container",
            expected="a container that works on the item",
            fix="Call its add_container() before.",
        )
    if found.task_definition.node.path != task_definition.node.path:
        raise Rule.ITEM_CONTAINER.error(
            place.of("container"),
            got=f"a container of {found.task_definition.node.path}",
            expected=f"one of {task_definition.node.path}",
            fix="Pass what add_container() of this definition returned.",
        )
    return found
