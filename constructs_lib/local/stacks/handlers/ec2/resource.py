"""Resources of EC2 are made by moto's backend: a network has thirty, and calls of its API would take the longest.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_EC2.html
"""

from abc import abstractmethod
from typing import Any

from moto.ec2.models import ec2_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler


def ec2(desired: Desired) -> Any:
    """The EC2 of moto for the account and region of a resource."""
    return ec2_backends[desired.services.account][desired.services.region]


class Ec2Handler(ResourceHandler):
    """Of a type that moto's EC2 has: an object with an id, and perhaps with tags."""

    def make(self, desired: Desired) -> Made:
        """Make it; its id is what ``Ref`` gives."""
        model = self.build(ec2(desired), desired)
        return Made(model.id, model)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Set its tags."""
        tag(ec2(desired), made.model.id, change)

    def remove(self, made: Made, desired: Desired) -> None:
        """Delete it with its tags."""
        backend = ec2(desired)
        self.destroy(backend, made)
        backend.tags.pop(made.model.id, None)

    @abstractmethod
    def build(self, backend: Any, desired: Desired) -> Any:
        """Make moto's object."""

    @abstractmethod
    def destroy(self, backend: Any, made: Made) -> None:
        """Delete moto's object."""


def refuse_pools(properties: Properties, *names: str) -> None:
    """Refuse a block of addresses that is to come from a pool, which is one that no property gives."""
    if not any(properties.get(name) for name in names):
        message = f"Pools of Amazon VPC IP Address Manager are not emulated: give {' or '.join(names)}"
        raise HandlerError(message)


def interfaces(backend: Any) -> list[Any]:
    """The network interfaces that are in use; moto keeps those of machines that are no more."""
    found = backend.enis.values()
    return [item for item in found if item.instance is None or item.instance.state != "terminated"]


def tag(backend: Any, resource_id: str, change: Change) -> None:
    """Give a resource the tags that its properties have."""
    changed, gone = change.tags()
    if changed:
        backend.create_tags([resource_id], changed)
    backend.delete_tag_keys([resource_id], gone)
