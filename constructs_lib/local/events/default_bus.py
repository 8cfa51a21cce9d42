"""The default event bus of the account, to which AWS services send their events."""

import json
import threading
from functools import cached_property
from queue import SimpleQueue
from typing import Any

from moto.events.models import events_backends

from constructs_lib.local.account import ACCOUNT, REGION
from constructs_lib.local.clocks.clock import Clock

_NAME = "default"


class DefaultBus:
    """Delivers events in their order, in a thread of its own; `send` may be called from any.

    Args:
        clock: tells the time, which stands still while an event is delivered.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    @cached_property
    def _backend(self) -> Any:
        return events_backends[ACCOUNT][REGION]  # moto takes a lock and its time to find it: not for each event

    def is_heard(self) -> bool:
        """Whether there are rules that could want an event."""
        buses = self._backend.event_buses
        return _NAME in buses and bool(buses[_NAME].rules)

    def send(self, source: str, detail_type: str, resources: list[str], detail: dict[str, Any]) -> None:
        """Send an event; returns at once."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._put, name="default-event-bus", daemon=True)
                self._thread.start()
        self._clock.begin()
        self._events.put(
            {
                "Source": source,
                "DetailType": detail_type,
                "Resources": resources,
                "Detail": json.dumps(detail, default=str),
                "Time": self._clock.now(),
            }
        )

    def close(self) -> None:
        """Deliver what there is, and end."""
        if self._thread:
            self._events.put(None)
            self._thread.join()

    def _put(self) -> None:
        while (event := self._events.get()) is not None:
            with self._clock.working():
                self._clock.end()  # of what `send` began
                self._backend.put_events([event])
