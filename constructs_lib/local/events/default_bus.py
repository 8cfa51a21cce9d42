"""The default event bus of each account and region, to which AWS services send their events."""

import copy
import json
import threading
from collections.abc import Mapping
from queue import SimpleQueue
from typing import Any
from uuid import uuid4

from moto.events.models import events_backends

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock

_NAME = "default"
_ABSENT = [{"exists": False}]


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

    def is_heard(self, **known: Any) -> bool:
        """Whether there are rules anywhere that could want an event.

        Args:
            known: what is known of the event before it is made, by its keys: ``source="aws.batch"``, and ``detail``
                with a part of its detail. Default: nothing.
        """
        # What moto has made already: to make a backend for each job takes a lock, and time.
        backends = [backend for regions in list(events_backends.values()) for backend in list(regions.values())]
        buses = [backend.event_buses[_NAME] for backend in backends if _NAME in backend.event_buses]
        patterns = [rule.event_pattern.get_pattern() for bus in buses for rule in list(bus.rules.values())]
        return any(pattern and _may_match(pattern, known) for pattern in patterns)

    def send(
        self, location: Location, source: str, detail_type: str, resources: list[str], detail: dict[str, Any]
    ) -> None:
        """Send an event to the bus of an account and region; returns at once, and does nothing if no rule wants it."""
        if not self.is_heard(**{"source": source, "detail-type": detail_type}):
            return
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._put, name="default-event-bus", daemon=True)
                self._thread.start()
        self._clock.begin()
        event = {
            "version": "0",
            "id": str(uuid4()),
            "detail-type": detail_type,
            "source": source,
            "account": location.account,
            "time": self._clock.now(),
            "region": location.region,
            "resources": resources,
            "detail": json.loads(json.dumps(detail, default=str)),
            "ingestion-time": self._clock.now(),
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
                bus = events_backends[location.account][location.region].describe_event_bus(_NAME)
                # PutEvents makes the event again for each rule: five rules would hear 10,000 jobs a minute long.
                for rule in list(bus.rules.values()):
                    if _may_match(rule.event_pattern.get_pattern(), event):
                        rule.send_to_targets(copy.deepcopy(event))


def _may_match(pattern: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether a pattern could match an event, by what is known of it; to see that is faster than to make the event."""
    for key, value in known.items():
        wanted = pattern.get(key)
        if isinstance(value, list):  # one of its elements may be wanted
            continue
        if isinstance(wanted, Mapping) and isinstance(value, Mapping):
            if not _may_match(wanted, value):
                return False
        elif isinstance(wanted, list) and (wanted == _ABSENT or (_are_texts(wanted) and value not in wanted)):
            return False
    return True


def _are_texts(filters: list[Any]) -> bool:
    return all(isinstance(each, str) for each in filters)
