"""The events of a stream, or of several, in the order of their times."""

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol

from constructs_lib.local.logs.log_file import LogFile


class Event(Protocol):
    """An event."""

    @property
    def timestamp(self) -> int:
        """Its time, in milliseconds."""
        ...

    @property
    def message(self) -> str:
        """What it says."""
        ...


def _time(event: Event) -> int:
    return event.timestamp


@dataclass(frozen=True, slots=True)
class Events:
    """The events of a stream: those of a file that a program writes to, and those that PutLogEvents has put beside.

    Args:
        file: the file; None if the stream has none.
        put: the others, by their times.
    """

    file: LogFile | None
    put: Sequence[Event]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.put) + (len(self.file) if self.file else 0)

    def position(self, timestamp: int) -> int:
        """How many are older than a time."""
        older = bisect_left(self.put, timestamp, key=_time)
        return older + (self.file.position(timestamp) if self.file else 0)

    def read(self, first: int, last: int) -> Iterator[Event]:
        """Those from one position to the one before another."""
        if not self.file:
            return iter(self.put[first:last])
        if not self.put:
            return self.file.read(first, last)
        return islice(heapq.merge(self.file.read(0, len(self.file)), self.put, key=_time), first, last)

    def floor(self, last: int, size: int) -> int:
        """A position that is at least so many bytes before another one, or 0."""
        return self.file.floor(last, size) if self.file and not self.put else 0


class EventPosition(NamedTuple):
    """Where an event stands among those of several streams."""

    timestamp: int
    stream: int
    """The number of its stream."""
    position: int
    """Its position in its stream."""


def interleaved(
    streams: Iterable[tuple[int, Events]], begin: int, end: int | None, after: EventPosition | None
) -> Iterator[tuple[EventPosition, Event]]:
    """The events of several streams, by their times.

    A stream is read when its first event comes: thousands that followed each other are never read at once.

    Args:
        streams: each with its number.
        begin: the time of the first event, in milliseconds.
        end: the time of the last event. None: any.
        after: the event to go on behind. Default: from the first one on.
    """
    waiting = []
    for number, events in streams:
        first = events.position(begin) if after is None else _next(events, number, after)
        last = len(events) if end is None else events.position(end + 1)
        if first < last:
            waiting.append((_first_time(events, first), number, first, events.read(first, last)))
    heapq.heapify(waiting)
    heads: list[tuple[EventPosition, Event, Iterator[Event]]] = []
    while waiting or heads:
        while waiting and (not heads or waiting[0][:2] <= heads[0][0][:2]):
            _, number, position, reader = heapq.heappop(waiting)
            if event := next(reader, None):
                heapq.heappush(heads, (EventPosition(event.timestamp, number, position), event, reader))
        if heads:
            place, event, reader = heads[0]
            yield place, event
            if following := next(reader, None):
                place = EventPosition(following.timestamp, place.stream, place.position + 1)
                heapq.heapreplace(heads, (place, following, reader))
            else:
                heapq.heappop(heads)


def _next(events: Events, number: int, after: EventPosition) -> int:
    if number == after.stream:
        return after.position + 1
    return events.position(after.timestamp + (number < after.stream))


def _first_time(events: Events, first: int) -> int:
    if events.file and not events.put:
        return events.file.time(first)
    return next((event.timestamp for event in events.read(first, first + 1)), 0)
