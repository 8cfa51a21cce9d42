"""A query: commands one after another."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final, Protocol

from constructs_lib.local.logs.insights.aggregation import Stats
from constructs_lib.local.logs.insights.commands import Dedup, Fields, Filter, Limit, Parse, Sort
from constructs_lib.local.logs.insights.reader import Reader
from constructs_lib.local.logs.insights.rows import Row


class Command(Protocol):
    """A command."""

    def run(self, rows: Iterable[Row]) -> Iterator[Row]:
        """What it makes of rows."""
        ...


_COMMANDS: Final[dict[str, Callable[[Reader], Command]]] = {
    "dedup": Dedup,
    "display": Fields,
    "fields": Fields,
    "filter": Filter,
    "filterindex": Filter,
    "head": Limit,
    "limit": Limit,
    "parse": Parse,
    "sort": Sort,
    "stats": Stats,
}
_OTHERS: Final = frozenset({"anomaly", "diff", "join", "lookup", "pattern", "source", "tail", "unmask", "unnest"})
"""Commands that AWS has, too."""
_SHOWN: Final = ("@timestamp", "@message")


class Query:
    """A query, read.

    Args:
        query: the text.

    Raises:
        QueryError: it is none.
        NotImplementedError: it has a command that is not emulated.
    """

    def __init__(self, query: str) -> None:
        self._commands: list[Command] = []
        self.names: list[str] = []
        reader = Reader(query)
        while True:
            place = len(query) - len(reader.rest)
            word = (reader.any_word() or "").lower()
            if word in _OTHERS:
                raise NotImplementedError(f"the command {word} of CloudWatch Logs Insights")
            if word not in _COMMANDS:
                reader.place = place
                raise reader.error()
            command = _COMMANDS[word](reader)
            self._commands.append(command)
            self._show(word, command)
            if not reader.take("|"):
                break
        if reader.rest:
            raise reader.error()
        self.names = self.names or list(_SHOWN)

    def _show(self, word: str, command: Command) -> None:
        if isinstance(command, Stats) or (isinstance(command, Fields) and word == "display"):
            self.names = list(command.names)
        elif isinstance(command, Fields):
            self.names += [name for name in command.names if name not in self.names]

    @property
    def is_of_events(self) -> bool:
        """Whether its rows are events, and not groups of them."""
        return not any(isinstance(command, Stats) for command in self._commands)

    def run(self, rows: Iterable[Row], most: int) -> Iterator[Row]:
        """The rows of the answer.

        Args:
            rows: the events by their times, the first one first.
            most: how many rows there may be, unless the query says another number.
        """
        is_ordered = False
        for command in self._commands:
            if isinstance(command, Limit) and not is_ordered:
                rows, is_ordered = _last(rows, command.count), True
            elif isinstance(command, Dedup) and not is_ordered:
                rows, is_ordered = _last(rows, None), True
            rows = command.run(rows)
            is_ordered = is_ordered or isinstance(command, Sort | Stats)
        if not is_ordered:
            rows = _last(rows, most)
        return islice(rows, most)


def _last(rows: Iterable[Row], most: int | None) -> Iterator[Row]:
    """The last rows, the last one first: events are shown so unless they are sorted."""
    return reversed(deque(rows, most))


@lru_cache(maxsize=64)
def parsed(query: str) -> Query:
    """Read a query.

    Raises:
        QueryError: it is none.
        NotImplementedError: it has a command that is not emulated.
    """
    return Query(query)
