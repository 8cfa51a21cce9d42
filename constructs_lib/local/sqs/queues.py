"""Gap: moto's queues go by the time of the machine, and tell nobody of a message.

Visibility timeouts, delays and long polling go by the clock; who is to know of messages is told. No message expires:
whoever looks for it comes by real time, while days of virtual time pass.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
"""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from moto.sqs import models
from moto.sqs.models import Queue, SQSBackend

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.patching import Around, Change, Patch

_MILLISECONDS = 1000.0
_MOMENT = 0.001

_unix_time = models.unix_time


class Queues:
    """The queues of one embedded AWS.

    Args:
        clock: tells the time, and waits for messages.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: dict[str, list[threading.Event]] = {}
        self._lock = threading.Lock()

    def patches(self) -> list[Change]:
        """Let queues go by the clock."""

        def unix_time(dt: datetime | None = None) -> float:
            return float(_unix_time(dt)) if dt else self._clock.now()

        def unix_time_millis(dt: datetime | None = None) -> float:
            return unix_time(dt) * _MILLISECONDS

        return [
            Patch(models, "unix_time", unix_time),
            Patch(models, "unix_time_millis", unix_time_millis),
            Around(Queue, "add_message", self._adding),
            Around(SQSBackend, "receive_message", self._receiving),
            Patch(SQSBackend, "is_message_valid_based_on_retention_period", _is_kept),
        ]

    def tell(self, arn: str, event: threading.Event) -> Callable[[], None]:
        """Set an event whenever a queue gets a message.

        Returns:
            What ends that.
        """
        with self._lock:
            self._told.setdefault(arn, []).append(event)

        def end() -> None:
            with self._lock:
                self._told[arn].remove(event)

        return end

    def next_visible(self, arn: str) -> tuple[float, bool] | None:
        """When the next message of those that are not visible now will be, None if there is none.

        Returns:
            Seconds since the epoch; and whether it comes to an end: it is only late, or is taken away when it was
            received too often. What is not would be received for ever.
        """
        location = Location.of(arn)
        queue = models.sqs_backends[location.account][location.region].queues.get(arn.rpartition(":")[2])
        if queue is None:
            return None
        moments = []
        for message in list(queue._messages):  # noqa: SLF001 - all of them: those in sight are no help
            if message.delayed:
                moments.append((message.delayed_until, True))
            elif not message.visible:
                moments.append((message.visible_at + 1, queue.dead_letter_queue is not None))
        if not moments:
            return None
        moment, ends = min(moments)
        return moment / _MILLISECONDS, ends

    def _adding(self, add: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        def add_message(queue: Any, message: Any) -> None:
            add(queue, message)
            with self._lock:
                events = list(self._told.get(queue.queue_arn, ()))
            for event in events:
                event.set()

        return add_message

    def _receiving(self, receive: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
        def receive_message(
            backend: Any, queue_name: str, count: int, wait_seconds_timeout: int, *arguments: Any, **options: Any
        ) -> list[Any]:
            def at_once() -> list[Any]:
                return receive(backend, queue_name, count, 0, *arguments, **options)

            found = at_once()
            if found or not wait_seconds_timeout:
                return found
            return self._awaited(backend.get_queue(queue_name).queue_arn, int(wait_seconds_timeout), at_once)

        return receive_message

    def _awaited(self, arn: str, seconds: int, at_once: Callable[[], list[Any]]) -> list[Any]:
        """Ask again whenever a message comes, or comes into sight, as long as is waited for."""
        changed, over = self._clock.event(), threading.Event()

        def give_up() -> None:
            over.set()
            changed.set()

        # A program that waits here takes real time, in which no virtual time passes.
        timer = threading.Timer(seconds, give_up)
        timer.daemon = True
        timer.start()
        untell, end, found = self.tell(arn, changed), self._clock.now() + seconds, list[Any]()
        try:
            while not (found or over.is_set()) and (left := end - self._clock.now()) > 0:
                seen = self.next_visible(arn)
                until = left if seen is None else min(left, max(seen[0] - self._clock.now(), _MOMENT))
                self._clock.wait(changed, until)
                changed.clear()
                found = at_once()
        finally:
            timer.cancel()
            untell()
        return found


def _is_kept(self: Any, queue_name: str, message: Any) -> bool:
    del self, queue_name, message
    return True
