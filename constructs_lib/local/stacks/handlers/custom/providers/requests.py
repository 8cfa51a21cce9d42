"""What CloudFormation tells the provider of a custom resource, and what it is answered.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.local.stacks.handlers.contract.handler import Desired, HandlerError, Properties
from constructs_lib.local.stacks.services import Services

Event = dict[str, Any]
_MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Request:
    """A request to the provider of a custom resource.

    Args:
        event: as functions get it, without the address for the answer.
        services: of the account and region of the stack.
        default_id: the physical id of a resource whose provider gives none.
    """

    event: Event
    services: Services
    default_id: str

    @property
    def kind(self) -> str:
        """``Create``, ``Update`` or ``Delete``."""
        return str(self.event["RequestType"])

    @property
    def properties(self) -> Properties:
        """The properties, each value a text."""
        properties: Properties = self.event["ResourceProperties"]
        return properties

    @property
    def before(self) -> Properties:
        """Those before an update."""
        before: Properties = self.event.get("OldResourceProperties", {})
        return before

    @property
    def physical_id(self) -> str:
        """The physical id that the resource has; of a new one, what it gets unless its provider gives it another."""
        return str(self.event.get("PhysicalResourceId", self.default_id))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider has answered.

    Args:
        physical_id: of the resource.
        data: its attributes.
    """

    physical_id: str
    data: Mapping[str, Any] = field(default_factory=dict)


def request(kind: str, desired: Desired, physical_id: str | None = None, before: Desired | None = None) -> Request:
    """Make a request.

    Args:
        kind: ``Create``, ``Update`` or ``Delete``.
        desired: the resource as it is wanted.
        physical_id: that it has. Default: it is new.
        before: as it was wanted before an update.
    """
    event: Event = {
        "RequestType": kind,
        "ServiceToken": desired.properties["ServiceToken"],
        "StackId": desired.stack_id,
        "RequestId": str(uuid.uuid4()),
        "LogicalResourceId": desired.logical_id,
        "ResourceType": desired.resource_type,
        "ResourceProperties": _as_texts(desired.properties),
    }
    if physical_id is not None:
        event["PhysicalResourceId"] = physical_id
    if before is not None:
        event["OldResourceProperties"] = _as_texts(before.properties)
    return Request(event, desired.services, desired.name)


def answer_of(told: Mapping[str, Any], asked: Request) -> Answer:
    """What a provider has told.

    Raises:
        HandlerError: it has failed, or its answer cannot be taken.
    """
    if told.get("Status") != "SUCCESS":
        status, reason = told.get("Status"), told.get("Reason", "")
        message = f"Received response status [{status}] from custom resource. Message returned: {reason}"
        raise HandlerError(f"{message} (RequestId: {asked.event['RequestId']})", None)
    if len(json.dumps(told)) > _MOST_BYTES:
        raise HandlerError("Response object is too long.", None)
    physical_id = told.get("PhysicalResourceId")
    if not isinstance(physical_id, str) or not physical_id:
        raise HandlerError("Invalid PhysicalResourceId", None)
    return Answer(physical_id, told.get("Data") or {})


def _as_texts(value: Any) -> Any:
    """A value as CloudFormation sends it: numbers and booleans are texts."""
    if isinstance(value, Mapping):
        return {name: _as_texts(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_texts(item) for item in value]
    return value if isinstance(value, str) else json.dumps(value, default=str)
