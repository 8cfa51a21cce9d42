"""A stack: what it was made of, what it made, and what has happened to it."""

import threading
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Made, Properties
from constructs_lib.templates.evaluation import Output

Template = dict[str, Any]
MayMake = Callable[[str, Properties], None]
"""Whether whoever deploys may make a resource of a type with properties; raises if not."""

STACK_TYPE = "AWS::CloudFormation::Stack"


@dataclass(frozen=True, slots=True)
class Event:
    """What has happened to a resource, or to the stack itself."""

    id: str
    logical_id: str
    physical_id: str
    resource_type: str
    status: str
    reason: str | None
    time: datetime
    token: str | None
    properties: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Resource:
    """A resource of a stack.

    Args:
        logical_id: its name in the template.
        resource_type: such as ``AWS::SQS::Queue``.
        status: what has happened to it last.
        updated: when that was.
        made: what a handler has made. Default: nothing yet.
        desired: what it was made of. Default: as ``made``.
        reason: why it has its status. Default: none.
    """

    logical_id: str
    resource_type: str
    status: str
    updated: datetime
    made: Made | None = None
    desired: Desired | None = None
    reason: str | None = None

    @property
    def physical_id(self) -> str:
        """What ``Ref`` gives; empty while it is not there."""
        return self.made.physical_id if self.made else ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a stack is made of.

    Args:
        body: the template as it was given.
        template: what was read of it, with its transforms done.
        given: the parameters as they were given.
        parameters: their values.
        tags: of the stack, and of every resource that can have tags.
        capabilities: what whoever deploys has acknowledged.
        role: the ARN of the role that makes the resources. Default: the caller makes them.
        notifications: topics that hear of events.
    """

    body: str
    template: Template
    given: Mapping[str, str]
    parameters: Mapping[str, Any]
    tags: Mapping[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    role: str | None = None
    notifications: tuple[str, ...] = ()


class Unfinished(Protocol):
    """An update that could not be rolled back."""

    def roll_back(self, skipped: Collection[str] = ()) -> None:
        """Bring the stack back to what it was; resources that are skipped stay as they are."""
        ...


@dataclass
class Stack:
    """A stack of an account and region.

    Args:
        id: its ARN.
        name: its name.
        source: what it is made of.
        created: when it was made.
        parent: the ARN of the stack that it is nested in. Default: none.
        root: the ARN of the outermost one. Default: none.
    """

    id: str
    name: str
    source: Source
    created: datetime
    parent: str | None = None
    root: str | None = None
    status: str = ""
    reason: str | None = None
    updated: datetime | None = None
    deleted: datetime | None = None
    is_protected: bool = False
    rolls_back: bool = True
    is_cancelled: bool = False
    timeout_minutes: int | None = None
    policy: str | None = None
    change_set: str | None = None
    token: str | None = None
    unfinished: Unfinished | None = None
    may_make: MayMake = lambda *_: None
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: dict[str, Output] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._settled = threading.Event()
        self._settled.set()

    @property
    def is_in_progress(self) -> bool:
        """Whether something is being done to it."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    def tell(self, status: str, now: datetime, reason: str | None = None) -> None:
        """Give it a status, and remember that in its events."""
        self.status, self.reason = status, reason
        self.events.append(Event(str(uuid.uuid4()), self.name, self.id, STACK_TYPE, status, reason, now, self.token))
        if self.is_in_progress:
            self._settled.clear()
        else:
            self._settled.set()

    def tell_of(self, resource: Resource, status: str, now: datetime, reason: str | None = None) -> None:
        """Give one of its resources a status, and remember that in the events."""
        resource.status, resource.reason, resource.updated = status, reason, now
        event = Event(
            id=f"{resource.logical_id}-{uuid.uuid4()}",
            logical_id=resource.logical_id,
            physical_id=resource.physical_id,
            resource_type=resource.resource_type,
            status=status,
            reason=reason,
            time=now,
            token=self.token,
            properties=resource.desired.properties if resource.desired else None,
        )
        self.events.append(event)

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is being done to it; whether that is so."""
        return self._settled.wait(seconds)
