"""Capacity that is reserved, and paid for, before it is used."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.tokens import resolved
from constructs_lib.rules import Rule

_ID: Final = re.compile(r"cr-[0-9a-f]{17}")


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityReservation:
    """Which On-Demand Capacity Reservations instances may use; made by one of the class methods.

    Without one, instances use any open reservation that matches them.
    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-using.html

    Args:
        specification: the ``CapacityReservationSpecification`` of the launch template.
        targeted: whether it names a reservation, so that the instance types have to be those of it.
    """

    specification: Mapping[str, Any]
    targeted: bool = False

    @classmethod
    def of_id(cls, capacity_reservation_id: str) -> Self:
        """One reservation; instances that do not fit into it do not start.

        Args:
            capacity_reservation_id: such as ``cr-0123456789abcdef0``.

        Raises:
            ConfigurationError: it is no id of a reservation.
        """
        if resolved(capacity_reservation_id) and not _ID.fullmatch(capacity_reservation_id):
            raise Rule.RESERVATION_ID.error(
                "CapacityReservation.of_id",
                got=repr(capacity_reservation_id),
                expected="an id is cr- and 17 hexadecimal digits",
                fix="Take it from DescribeCapacityReservations, or CapacityReservation.of_group for a group.",
            )
        target = {"CapacityReservationId": capacity_reservation_id}
        return cls(specification={"CapacityReservationTarget": target}, targeted=True)

    @classmethod
    def of_group(cls, resource_group_arn: str) -> Self:
        """The reservations of a resource group; instances that do not fit run on demand.

        Args:
            resource_group_arn: of the group.
        """
        target = {"CapacityReservationResourceGroupArn": resource_group_arn}
        return cls(specification={"CapacityReservationTarget": target}, targeted=True)

    @classmethod
    def none(cls) -> Self:
        """No reservation, so that they are left to others."""
        return cls(specification={"CapacityReservationPreference": "none"})


def check_reservation(place: ArgumentPath, given: CapacityReservation | None, *, spot: bool, has_types: bool) -> None:
    """Refuse a reservation for Spot Instances, which have none, and one that AWS's choice of types may never meet."""
    if given is not None and spot:
        raise Rule.RESERVATION.error(
            place,
            got="a capacity reservation on Spot",
            expected="only on-demand instances have them",
            fix="Leave one of them out.",
        )
    if given is not None and given.targeted and not has_types:
        raise Rule.RESERVATION.error(
            place,
            got="a reservation without instance_types",
            expected="a reservation is for one instance type",
            fix="Pass instance_types with the types that are reserved.",
        )
