"""Deliveries that wait until the next one of the same source has passed."""

import threading

from constructs_lib.local.clocks.clock import Clock


class Overtaking:
    """Who waits for whom.

    Args:
        clock: by which they wait.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[str, list[threading.Event]] = {}
        self._lock = threading.Lock()
        self._over = clock.event()

    def wait(self, source: str, seconds: float, *, is_overtaken: bool) -> bool:
        """Wait for the next one of a source to pass, or only for so many seconds; whether to go on."""
        event = self._clock.event()
        if is_overtaken:
            with self._lock:
                self._waiting.setdefault(source, []).append(event)
        else:
            event = self._over
        if not self._over.is_set():
            self._clock.wait(event, seconds)
        return not self._over.is_set()

    def passed(self, source: str) -> None:
        """Tell that one has passed."""
        with self._lock:
            events = self._waiting.pop(source, [])
        for event in events:
            event.set()

    def close(self) -> None:
        """Let nobody wait any more."""
        self._over.set()
        with self._lock:
            events = [event for waiting in self._waiting.values() for event in waiting]
        for event in events:
            event.set()
