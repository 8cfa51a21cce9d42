"""Resources of types that nothing emulates, and that something may refer to: they are there for their stack alone."""

from collections.abc import Callable, Mapping
from typing import Any

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Made
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler


class KeptHandler(ResourceHandler):
    """Keeps a resource for nothing but its references.

    Args:
        physical_id: its own, once.
        attributes: what ``Fn::GetAtt`` gives.
    """

    def __init__(
        self, physical_id: Callable[[Desired], str], attributes: Mapping[str, Callable[[Made, Desired], Any]]
    ) -> None:
        self._physical_id = physical_id
        self._attributes = attributes

    def make(self, desired: Desired) -> Made:
        """Keep it."""
        return Made(self._physical_id(desired))

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        """Answer ``Fn::GetAtt``."""
        return self._attributes[name](made, desired)

    def remove(self, made: Made, desired: Desired) -> None:
        """Keep it no longer."""
