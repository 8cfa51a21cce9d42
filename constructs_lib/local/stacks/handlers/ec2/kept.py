"""What moto's EC2 does not have, and templates of AWS Batch refer to: nothing is placed or reserved by it."""

import hashlib
import secrets

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.kept_handler import KeptHandler


def _id(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(9)[:17]}"


def _reservation(made: Made, desired: Desired) -> str:
    return desired.services.arn("ec2", f"capacity-reservation/{made.physical_id}")


def _count(_: Made, desired: Desired) -> int:
    return int(desired.properties["InstanceCount"])


def _group_id(made: Made, _: Desired) -> str:
    return f"pg-{hashlib.sha256(made.physical_id.encode()).hexdigest()[:17]}"


HANDLERS: dict[str, Handler] = {
    "AWS::EC2::CapacityReservation": KeptHandler(
        lambda _: _id("cr"),
        {
            "Id": lambda made, _: made.physical_id,
            "CapacityReservationArn": _reservation,
            "AvailabilityZone": lambda _, desired: desired.properties.get("AvailabilityZone"),
            "AvailableInstanceCount": _count,
            "TotalInstanceCount": _count,
            "InstanceType": lambda _, desired: desired.properties["InstanceType"],
            "OwnerId": lambda _, desired: desired.services.account,
            "ReservationType": lambda *_: "default",
            "State": lambda *_: "active",
            "Tenancy": lambda _, desired: desired.properties.get("Tenancy", "default"),
        },
    ),
    "AWS::EC2::PlacementGroup": KeptHandler(
        lambda desired: desired.name,
        {"GroupName": lambda made, _: made.physical_id, "GroupId": _group_id},
    ),
}
