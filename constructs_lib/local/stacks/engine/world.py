"""What an operation on a stack needs of the account and region around it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.imported import Imports
from constructs_lib.local.stacks.handlers.contract.handler import Handler
from constructs_lib.local.stacks.services import Services
from constructs_lib.templates.evaluation import Outside


class Exports(Protocol):
    """What the stacks of an account and region export."""

    def exporter(self, name: str) -> Any:
        """The stack that exports a name; None if none does."""
        ...

    def importers(self, name: str) -> list[str]:
        """The names of the stacks that import a name."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """An account and region.

    Args:
        services: its services.
        handler: finds the handler of a resource type; the one of what is not emulated for a type without.
        not_emulated: why a resource type does not do what it does on AWS; None if it does.
        outside: exports, zones and stored values.
        exports: who exports, and who imports.
        managed_policies: gives the ARNs of the managed policies that there are, by their names.
        clock: tells the time.
        imported: makes what templates import and is not there.
    """

    services: Services
    handler: Callable[[str], Handler]
    not_emulated: Callable[[str], str | None]
    outside: Outside
    exports: Exports
    managed_policies: Callable[[], Mapping[str, str]]
    clock: Clock
    imported: Imports

    def now(self) -> datetime:
        """The time."""
        return datetime.fromtimestamp(self.clock.now(), UTC)
