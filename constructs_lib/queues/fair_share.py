"""Fair share: the capacity of a queue is divided among share identifiers, not first come, first served."""

import re
from collections.abc import Mapping
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_count, check_range
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.names import check_resource_name
from constructs_lib.core.quantities import check_whole, in_seconds, known
from constructs_lib.core.tokens import resolved
from constructs_lib.limits import (
    MAX_ACTIVE_SHARES,
    MAX_COMPUTE_RESERVATION,
    MAX_SHARE_DECAY_SECONDS,
    MAX_WEIGHT_FACTOR,
    MIN_WEIGHT_FACTOR,
)
from constructs_lib.rules import Rule

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9]{1,255}\*?")


@checked
class FairShare(batch.FairshareSchedulingPolicy):
    """A scheduling policy that divides a queue among share identifiers.

    Pass it as the ``scheduling_policy`` of a `JobQueue`. Every job of the queue then names its share, and has a
    scheduling priority, its own or its definition's: the submits of this library refuse to leave them out. Shares
    without jobs leave their capacity to the others. The inherited ``add_share`` takes the weight factor of AWS Batch,
    where a lower factor gives more.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/fair-share-scheduling-policies.html and
    https://docs.aws.amazon.com/batch/latest/APIReference/API_FairsharePolicy.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        shares: how much a share identifier gets, relative to the others: with ``{"research": 3, "nightly": 1}``
            research gets three times as many vCPUs as nightly. An identifier is letters and digits; with ``*`` at its
            end it stands for each one that begins so. Identifiers that are not named have 1. Default: all have 1.
        decay: how long the use of the past counts, up to a week. Default: only jobs that run now count.
        compute_reservation: percent of the capacity kept free for shares that have no job yet, 0 to 99: with one share
            in use this much is kept, with n shares its n-th power. Default: none.
        scheduling_policy_name: physical name. Default: made by aws-cdk-lib.

    Raises:
        ConfigurationError: an identifier that AWS Batch refuses or that another one includes, too many of them, or a
            number out of range.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        shares: Mapping[str, float] | None = None,
        decay: Duration | None = None,
        compute_reservation: int | None = None,
        scheduling_policy_name: str | None = None,
    ) -> None:
        place = ArgumentPath("FairShare", scope, construct_id)
        check_resource_name(place.of("scheduling_policy_name"), scheduling_policy_name)
        weights = _weights(place.of("shares"), shares or {})
        seconds = in_seconds(place.of("decay"), decay) if decay else None
        check_whole(place.of("decay"), seconds, unit="seconds", rule=Rule.SHARE_DECAY)
        check_range(place.of("decay"), seconds, 0, MAX_SHARE_DECAY_SECONDS, rule=Rule.SHARE_DECAY, unit=" s")
        check_range(
            place.of("compute_reservation"),
            compute_reservation,
            0,
            MAX_COMPUTE_RESERVATION,
            rule=Rule.COMPUTE_RESERVATION,
            unit=" %",
        )
        super().__init__(
            scope,
            construct_id,
            shares=[batch.Share(share_identifier=name, weight_factor=weight) for name, weight in weights.items()],
            share_decay=decay,
            compute_reservation=compute_reservation,
            scheduling_policy_name=scheduling_policy_name,
        )


def _weights(place: ArgumentPath, shares: Mapping[str, float]) -> dict[str, float]:
    """AWS's weight factors: the vCPUs in use are divided by them, and the lowest quotient is served first."""
    check_count(
        place,
        list(shares),
        MAX_ACTIVE_SHARES,
        rule=Rule.SHARE_COUNT,
        what="shares",
        per="queue",
        fix="End an identifier with * to let it stand for many.",
    )
    _check_identifiers(place, [name for name in shares if resolved(name)])
    for name, amount in shares.items():
        where = place.of(f"shares[{name!r}]")
        known(where, amount, "AWS's weight factor is its inverse, which CloudFormation cannot calculate")
        check_range(
            where,
            amount,
            1 / MAX_WEIGHT_FACTOR,
            1 / MIN_WEIGHT_FACTOR,
            rule=Rule.SHARE_AMOUNT,
        )
    return {name: round(1 / amount, 4) for name, amount in shares.items()}


def _check_identifiers(place: ArgumentPath, names: list[str]) -> None:
    for name in names:
        if not _IDENTIFIER.fullmatch(name):
            raise Rule.SHARE_IDENTIFIER.error(
                place,
                got=repr(name),
                expected="a share identifier is 1 to 255 letters and digits, with a * at its end or none",
                fix="Choose such an identifier.",
            )
        including = [other for other in names if other != name and _includes(other, name)]
        if including:
            raise Rule.DISTINCT_SHARES.error(
                place,
                got=f"{name!r} and {including[0]!r}, which includes it",
                expected="AWS Batch allows each job to have one share",
                fix="Name the identifiers one by one.",
            )


def _includes(pattern: str, name: str) -> bool:
    return pattern.endswith("*") and name.removesuffix("*").startswith(pattern.removesuffix("*"))
