"""The handler of each resource type."""

from collections.abc import Mapping
from functools import cache

from constructs_lib.local.stacks.handlers import (
    ec2,
)
from constructs_lib.local.stacks.handlers.handler import Handler
from constructs_lib.local.stacks.handlers.moto_handler import moto_handler

OWN: dict[str, Handler] = {
    **ec2.HANDLERS,
}
"""Handlers that are always the same, of each service."""


class Handlers:
    """The handlers of an embedded AWS.

    Args:
        given: those that need something of it, such as its AWS Batch, by resource type.
    """

    def __init__(self, given: Mapping[str, Handler]) -> None:
        self._given = given

    def of(self, resource_type: str) -> Handler | None:
        """The handler of a type; None when it is not emulated."""
        return self._given.get(resource_type) or OWN.get(resource_type) or _of_moto(resource_type)


@cache
def _of_moto(resource_type: str) -> Handler | None:
    return moto_handler(resource_type)
