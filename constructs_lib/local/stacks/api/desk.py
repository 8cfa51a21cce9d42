"""Who calls, in which account and region; and the start of what a call asks for."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from constructs_lib.local.stacks.engine.errors import CallError
from constructs_lib.local.stacks.engine.operation import Operation
from constructs_lib.local.stacks.engine.stack import MayMake, Stack
from constructs_lib.local.stacks.engine.stacks import Stacks
from constructs_lib.local.stacks.engine.world import World

_LOG = logging.getLogger(__name__)
_PATIENCE_SECONDS = 0.5
"""Most stacks are there when the call is answered, and who asks for them at once need not ask again."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What answers the calls of somebody in an account and region.

    Args:
        stacks: those of the account and region.
        may_make: given the ARN of a service role or None, tells what may be made by it, or by whoever calls.
    """

    stacks: Stacks
    may_make: Callable[[str | None], MayMake]

    @property
    def world(self) -> World:
        """The account and region."""
        return self.stacks.world

    def operation(self, stack: Stack, role: str | None) -> Operation:
        """An operation on a stack, with the rights of a role or of whoever calls.

        Raises:
            CallError: something is being done to the stack.
        """
        return Operation(stack, self.world, self.may_make(role))

    def start(self, stack: Stack, work: Callable[[], None]) -> None:
        """Do something with a stack; the call waits for it no longer than calls take on AWS.

        What fails as nothing foresaw leaves the stack with a status that says so.
        """
        verb = stack.status.removesuffix("_IN_PROGRESS")

        def run() -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody else would tell of it
                _LOG.exception("%s of stack %s failed in the embedded AWS", verb, stack.name)
                stack.tell(f"{verb}_FAILED", self.world.now(), f"Internal Failure: {type(error).__name__}: {error}")

        self.world.clock.thread(run, name=f"{verb.lower()} {stack.name}").start()
        stack.wait(_PATIENCE_SECONDS)


def check_idle(stack: Stack, verb: str, allowed: Callable[[str], bool] = lambda _: True) -> None:
    """Refuse a call for a stack in a status in which it cannot be made.

    Raises:
        CallError: it cannot.
    """
    if stack.is_in_progress or not allowed(stack.status):
        raise CallError(f"Stack:{stack.id} is in {stack.status} state and can not be {verb}.")
