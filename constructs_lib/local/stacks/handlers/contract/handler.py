"""What makes, changes and deletes the resources of one type: CloudFormation calls it a resource handler.

Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-develop.html
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

from constructs_lib.local.stacks.services import Services

Properties = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desired:
    """A resource as a template wants it.

    Args:
        logical_id: its name in the template.
        resource_type: such as ``AWS::SQS::Queue``.
        properties: without references and functions; the tags of the stack are among its tags.
        name: the physical name that it gets if its properties name none; the same at every update.
        stack_id: the ARN of its stack.
        services: the services of the account and region that it is in.
    """

    logical_id: str
    resource_type: str
    properties: Properties
    name: str
    stack_id: str
    services: Services


@dataclass(slots=True)
class Made:
    """A resource that is there.

    Args:
        physical_id: what ``Ref`` gives.
        model: what a handler wants to know of it later, such as moto's own object.
        is_next_revision: whether it is the same resource as the one that was updated, under another physical id:
            what was there under the one before is settled, and the way back is another update.
        note: what the events of its stack tell of it, such as that the function of a custom resource was not run.
    """

    physical_id: str
    model: Any = field(default=None, repr=False)
    is_next_revision: bool = False
    note: str | None = None


class Handler(Protocol):
    """Makes, changes and deletes the resources of one type.

    Every method may raise `HandlerError`; what else it raises is told as an internal failure.
    """

    def create(self, desired: Desired) -> Made:
        """Make a resource."""
        ...

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Change a resource in place; only called for what its schema does not replace.

        A resource with another physical id, unless it is the next revision of the same, has taken the place of the one
        before, which is still there: the engine deletes that one when the update has ended.
        """
        ...

    def delete(self, made: Made, desired: Desired) -> None:
        """Delete a resource; one that is gone already is no error."""
        ...

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        """Answer ``Fn::GetAtt``; a `KeyError` says that there is no such attribute."""
        ...

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        """Whether a change replaces the resource; None: what its schema says."""
        ...


class HandlerError(Exception):
    """A handler's failure.

    Args:
        message: in the service's words.
        code: CloudFormation's code, such as ``NotFound``; None if the failure is CloudFormation's own.
    """

    def __init__(self, message: str, code: str | None = "InvalidRequest") -> None:
        self.message = message
        self.code = code
        super().__init__(message)

    @property
    def reason(self) -> str:
        """As the events of a stack tell it."""
        if self.code is None:
            return self.message
        return f'Resource handler returned message: "{self.message}" (HandlerErrorCode: {self.code})'
