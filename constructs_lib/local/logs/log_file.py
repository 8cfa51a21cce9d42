"""A file that a program writes its output to, read as events: the file has them, memory only where they begin.

The file is looked at again and again. What was written since the last time becomes blocks of whole lines, all of the
time at which they were seen; of a block its place, its first event and its time are remembered. So memory grows by some
28 bytes with each 64 KiB, or with each look that finds something.
"""

import os
import threading
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from constructs_lib.local.logs.lines import WINDOW, count, first_piece, messages

_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a file.

    Args:
        position: its own in the file, from 0.
        timestamp: when it was seen, in milliseconds.
        message: the line.
    """

    position: int
    timestamp: int
    message: str


class LogFile:
    """What is added to a file from now on; safe to call from any thread.

    Args:
        path: the file, which need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._begin = path.stat().st_size if path.exists() else 0
        self._end = self._begin
        self._count = 0
        # Of each block that has events: where it is in the file, the position of its first event, and its time.
        self._offsets = array("Q")
        self._lengths = array("L")
        self._positions = array("Q")
        self._times = array("q")

    def __len__(self) -> int:
        """How many events there are."""
        return self._count

    @property
    def size(self) -> int:
        """How many bytes of the file are events, and what separates them."""
        return self._end - self._begin

    @property
    def times(self) -> tuple[int, int] | None:
        """The times of the first and the last event; None when there is none."""
        return (self._times[0], self._times[-1]) if self._times else None

    def grow(self, now: int, most: int, *, ended: bool = False) -> bool:
        """Take in what was written.

        Args:
            now: the time, in milliseconds.
            most: read about so many bytes.
            ended: whether nothing more is written, so that a line without an end is one.

        Returns:
            Whether there is more to take in.
        """
        with self._lock:
            try:
                return self._grow(now, most, ended=ended)
            except OSError:  # a file that is gone, or cannot be read, has nothing more to say
                return False

    def _grow(self, now: int, most: int, *, ended: bool) -> bool:
        waiting = self._path.stat().st_size - self._end
        if waiting <= 0:
            return False
        goal = self._end + min(waiting, most)
        with self._path.open("rb") as file:
            while self._end < goal:
                file.seek(self._end)
                if not (taken := _next_block(file, ended=ended)):
                    return False  # the rest of a line comes later
                self._add(*taken, now)
        return waiting > most

    def _add(self, length: int, events: int, now: int) -> None:
        if events:
            self._offsets.append(self._end)
            self._lengths.append(length)
            self._positions.append(self._count)
            self._times.append(max(now, self._times[-1]) if self._times else now)
            self._count += events
        self._end += length

    def position(self, timestamp: int) -> int:
        """How many events are older than a time."""
        with self._lock:
            block = bisect_left(self._times, timestamp)
            return self._positions[block] if block < len(self._positions) else self._count

    def time(self, position: int) -> int:
        """The time of the event at a position, which there is."""
        with self._lock:
            return self._times[bisect_right(self._positions, position) - 1]

    def floor(self, last: int, size: int) -> int:
        """A position some so many bytes before the last event before another one: events before are farther away."""
        with self._lock:
            block = bisect_right(self._positions, max(last - 1, 0)) - 1
            if block < 0:
                return 0
            block = bisect_right(self._offsets, max(self._offsets[block] - size, 0)) - 1
            return self._positions[max(block, 0)]

    def read(self, first: int, last: int) -> Iterator[Event]:
        """The events from one position to the one before another; those that are not in the file any more are none."""
        with self._lock:
            last = min(last, self._count)
            block = bisect_right(self._positions, first) - 1
        while first < last:
            with self._lock:
                place = self._offsets[block], self._lengths[block]
                begin, timestamp = self._positions[block], self._times[block]
            for message in messages(self._content(*place))[first - begin : last - begin]:
                yield Event(first, timestamp, message)
                first += 1
            block += 1
            with self._lock:
                first = self._positions[block] if block < len(self._positions) else last

    def _content(self, offset: int, length: int) -> bytes:
        # Opened for each block: of many streams that are read together, none keeps a file open.
        try:
            file = os.open(self._path, os.O_RDONLY)
        except OSError:
            return b""
        try:
            return os.pread(file, length, offset)
        finally:
            os.close(file)


def _next_block(file: BinaryIO, *, ended: bool) -> tuple[int, int] | None:
    """The length of the next block and the number of its events; None when it is not whole yet."""
    block = file.read(_BLOCK)
    if not block:
        return None
    if length := block.rfind(b"\n") + 1:
        return length, count(block[:length])
    if len(block) < _BLOCK and not ended:
        return None
    line = block + file.read(WINDOW - len(block))
    end = line.find(b"\n")
    if end < 0 and len(line) < WINDOW and not ended:
        return None
    length = first_piece(line if end < 0 else line[:end])
    return length + (length == end), 1
