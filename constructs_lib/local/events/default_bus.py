"""The default event bus of each account and region, to which AWS services send their events."""

import json
import threading
from queue import SimpleQueue
from typing import Any

from moto.events.models import events_backends

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock

_NAME = "default"


class DefaultBus:
    """Delivers events in their order, in a thread of its own; `send` may be called from any.

    Args:
        clock: tells the time, which stands still while an event is delivered.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: SimpleQueue[tuple[Location, dict[str, Any]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def is_heard(self) -> bool:
        """Whether there are rules anywhere that could want an event."""
        # What moto has made already: to make a backend for each job takes a lock, and time.
        backends = [backend for regions in list(events_backends.values()) for backend in list(regions.values())]
        return any(_NAME in backend.event_buses and backend.event_buses[_NAME].rules for backend in backends)

    def send(
        self, location: Location, source: str, detail_type: str, resources: list[str], detail: dict[str, Any]
    ) -> None:
        """Send an event to the bus of an account and region; returns at once."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._put, name="default-event-bus", daemon=True)
                self._thread.start()
        self._clock.begin()
        event = {
            "Source": source,
            "DetailType": detail_type,
            "Resources": resources,
            "Detail": json.dumps(detail, default=str),
            "Time": self._clock.now(),
        }
        self._events.put((location, event))

    def close(self) -> None:
        """Deliver what there is, and end."""
        if self._thread:
            self._events.put(None)
            self._thread.join()

    def _put(self) -> None:
        while (sent := self._events.get()) is not None:
            location, event = sent
            with self._clock.working():
                self._clock.end()  # of what `send` began
                events_backends[location.account][location.region].put_events([event])
