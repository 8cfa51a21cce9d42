"""What was imported into an account and region so far."""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from constructs_lib.local.account import Location
from constructs_lib.local.imported.references import Entry, Imported, Kind, imported_by, own_name, vpc_of

if TYPE_CHECKING:
    from constructs_lib.local.imported.networks import Networks
    from constructs_lib.local.imported.services import Services

_NETWORK = (Kind.VPC, Kind.SUBNET, Kind.SECURITY_GROUP, Kind.ROUTE_TABLE)


class Imports:
    """Makes what templates import and nothing here has.

    Args:
        location: the account and region.
    """

    def __init__(self, location: Location) -> None:
        self._location = location
        self._made: set[Imported] = set()

    # Most templates import nothing, and should not wait for the services that they would import from.
    @cached_property
    def _networks(self) -> "Networks":
        from constructs_lib.local.imported.networks import Networks  # noqa: PLC0415 - as above

        return Networks(self._location)

    @cached_property
    def _services(self) -> "Services":
        from constructs_lib.local.imported.services import Services  # noqa: PLC0415 - as above

        return Services(self._location)

    def bring_in(self, entries: Iterable[Entry]) -> list[Imported]:
        """Make what resources of a template name and what is not there; what was made."""
        entries = list(entries)
        missing = [item for item in imported_by(entries, self._location) if not self._has(item)]
        made = [item for item in missing if self._make(item, entries)]
        self._made.update(made)
        return made

    def _make(self, item: Imported, entries: list[Entry]) -> bool:
        """Make one; whether it could be made: what is named as its service takes no names is nowhere."""
        try:
            if item.kind in _NETWORK:
                self._networks.make(item, vpc_of(entries, item, self._location))
            else:
                self._services.make(item)
        except Exception:  # noqa: BLE001 - each service of moto has its own errors
            return False
        return True

    def give_way(self, entry: Entry) -> None:
        """Take away what was made in place of a resource that a stack now makes by the same name."""
        named = own_name(entry)
        for item in [item for item in self._made if named == (item.kind, item.id)]:
            self._made.remove(item)
            if self._has(item):
                self._services.remove(item)

    def _has(self, item: Imported) -> bool:
        return self._networks.has(item) if item.kind in _NETWORK else self._services.has(item)
