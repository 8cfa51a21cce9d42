"""moto's EventBridge of an account and region."""

from typing import Any

from moto.events.models import events_backends

from constructs_lib.local.stacks.handlers.contract.handler import Desired


def backend_of(desired: Desired) -> Any:
    """The EventBridge of the account and region that a resource is in."""
    return events_backends[desired.services.account][desired.services.region]


def bus_name(desired: Desired) -> str:
    """The name of the bus that a resource belongs to, which may be named by its ARN."""
    return str(desired.properties.get("EventBusName", "default")).rpartition("/")[2]
