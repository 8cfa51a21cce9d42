"""Checks of how a compute environment follows changes: in place, or by a new one.

Source: https://docs.aws.amazon.com/batch/latest/userguide/updating-compute-environments.html
"""

from aws_cdk import Duration
from aws_cdk import aws_batch as batch

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.quantities import check_whole, in_minutes
from constructs_lib.core.tokens import resolved
from constructs_lib.limits import MAX_UPDATE_TIMEOUT_MINUTES
from constructs_lib.rules import Rule


def check_update(
    place: ArgumentPath,
    *,
    replace: bool,
    name: str | None,
    terminate_on_update: bool | None,
    update_timeout: Duration | None,
) -> None:
    """Refuse ways to follow changes that exclude each other."""
    if update_timeout is not None:
        timeout = place.of("update_timeout")
        minutes = in_minutes(timeout, update_timeout)
        check_whole(timeout, minutes, unit="minutes", rule=Rule.UPDATE_TIMEOUT)
        check_range(timeout, minutes, 1, MAX_UPDATE_TIMEOUT_MINUTES, rule=Rule.UPDATE_TIMEOUT, unit=" minutes")
    if not replace:
        return
    if name is not None and resolved(name):
        raise Rule.REPLACED_NAME.error(
            place.of("compute_environment_name"),
            got=f"{name!r} with replace_on_update",
            expected="the new environment is made before the old one is deleted, and two cannot have one name",
            fix="Leave the name out.",
        )
    of_updates = {"terminate_on_update": terminate_on_update, "update_timeout": update_timeout}
    for option, value in of_updates.items():
        if value is not None:
            raise Rule.UPDATE_IN_PLACE.error(
                place.of(option),
                got="a value with replace_on_update",
                expected="it is for updates in place, and then there are none",
                fix="Leave one of them out.",
            )


def refuse_update_on_fargate(place: ArgumentPath, **options: object) -> None:
    """Refuse what CreateComputeEnvironment ignores on Fargate, and an update of the environment then fails for."""
    for name, value in options.items():
        if value is not None:
            raise Rule.FARGATE_UPDATE.error(
                place.of(name),
                got="a value on Fargate",
                expected="only environments of instances have an update policy: Fargate is updated in place, and its "
                "running jobs finish",
                fix="Leave it out.",
            )


def check_strategy(place: ArgumentPath, strategy: batch.AllocationStrategy | None, *, replace: bool) -> None:
    """Refuse the allocation strategy that AWS Batch cannot update."""
    if not replace and strategy is batch.AllocationStrategy.BEST_FIT:
        raise Rule.BEST_FIT_UPDATE.error(
            place,
            got="BEST_FIT with updates in place",
            expected="AWS Batch cannot update such an environment",
            fix="Take BEST_FIT_PROGRESSIVE, or pass replace_on_update=True.",
        )
