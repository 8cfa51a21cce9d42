"""Metrics of Amazon SQS: what is sent and received, and each minute how many messages there are, and how old.

A queue is measured for six hours after the last thing that happened to it.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final
from weakref import WeakKeyDictionary

from moto.sqs.models import Queue, SQSBackend

from constructs_lib.local.account import Location
from constructs_lib.local.metrics.backend import backend_of
from constructs_lib.local.metrics.measured.counting import count
from constructs_lib.local.metrics.runtime import CURRENT
from constructs_lib.local.metrics.series.metric import Metric
from constructs_lib.local.metrics.series.timeline import MINUTE, Gauge
from constructs_lib.local.patching import Around, Patch

_NAMESPACE: Final = "AWS/SQS"
_ACTIVE: Final = 6 * 3600


@dataclass(frozen=True, slots=True)
class _Look:
    """How a queue was at the end of a minute, and of those behind it in which nothing happened.

    Args:
        minute: the number of the minute.
        visible: how many messages can be received.
        hidden: how many have been received, and may be again.
        delayed: how many cannot be received yet.
        oldest: when the oldest was sent; None without any.
    """

    minute: int
    visible: int
    hidden: int
    delayed: int
    oldest: float | None


class Queues:
    """The queues of one embedded AWS."""

    def __init__(self) -> None:
        self._tracks: WeakKeyDictionary[Any, _Track] = WeakKeyDictionary()

    def patches(self) -> list[Patch]:
        """Measure what happens to queues."""
        return [
            Around(Queue, "add_message", self._adding),
            Around(SQSBackend, "send_message", self._sending),
            Around(SQSBackend, "receive_message", self._receiving),
            Around(SQSBackend, "delete_message", self._deleting),
            Around(SQSBackend, "change_message_visibility", self._changing),
            Around(SQSBackend, "purge_queue", self._changing),
            Around(SQSBackend, "delete_queue", self._ending),
        ]

    def _track(self, queue: Any) -> "_Track":
        track = self._tracks.get(queue)
        if track is None:
            track = self._tracks[queue] = _Track(queue)
        track.touch(CURRENT.runtime.clock.now())
        return track

    def _adding(self, add: Callable[..., None]) -> Callable[..., None]:
        def measured(queue: Any, message: Any) -> None:
            track = self._track(queue)
            track.sent.setdefault(message.id, track.last)
            add(queue, message)

        return measured

    def _sending(self, send: Callable[..., Any]) -> Callable[..., Any]:
        def measured(backend: Any, queue_name: str, message_body: str, *arguments: Any, **options: Any) -> Any:
            message = send(backend, queue_name, message_body, *arguments, **options)
            _count(backend, queue_name, "NumberOfMessagesSent")
            size = float(len(message_body.encode(errors="replace")))
            _count(backend, queue_name, "SentMessageSize", size, "Bytes")
            return message

        return measured

    def _receiving(self, receive: Callable[..., Any]) -> Callable[..., Any]:
        def measured(backend: Any, queue_name: str, *arguments: Any, **options: Any) -> Any:
            self._track(backend.get_queue(queue_name))
            found = receive(backend, queue_name, *arguments, **options)
            if found:
                _count(backend, queue_name, "NumberOfMessagesReceived", float(len(found)))
            else:
                _count(backend, queue_name, "NumberOfEmptyReceives")
            return found

        return measured

    def _deleting(self, delete: Callable[..., None]) -> Callable[..., None]:
        def measured(backend: Any, queue_name: str, *arguments: Any, **options: Any) -> None:
            self._track(backend.get_queue(queue_name))
            delete(backend, queue_name, *arguments, **options)
            _count(backend, queue_name, "NumberOfMessagesDeleted")

        return measured

    def _changing(self, change: Callable[..., Any]) -> Callable[..., Any]:
        def measured(backend: Any, queue_name: str, *arguments: Any, **options: Any) -> Any:
            self._track(backend.get_queue(queue_name))
            return change(backend, queue_name, *arguments, **options)

        return measured

    def _ending(self, delete: Callable[..., None]) -> Callable[..., None]:
        def measured(backend: Any, queue_name: str) -> None:
            track = self._tracks.pop(backend.get_queue(queue_name), None)
            delete(backend, queue_name)
            if track:
                track.forget()

        return measured


class _Track:
    """What is known of a queue."""

    def __init__(self, queue: Any) -> None:
        self.sent: dict[str, float] = {}
        self.last = CURRENT.runtime.clock.now()
        self._queue = queue
        self._clock = CURRENT.runtime.clock
        self._store = backend_of(queue.account_id, queue.region).store
        self._minute = int(self.last // MINUTE)
        self._looks: list[_Look] = []
        readings: dict[str, tuple[Callable[[_Look, float], float], str]] = {
            "ApproximateNumberOfMessagesVisible": (lambda look, _: look.visible, "Count"),
            "ApproximateNumberOfMessagesNotVisible": (lambda look, _: look.hidden, "Count"),
            "ApproximateNumberOfMessagesDelayed": (lambda look, _: look.delayed, "Count"),
            "ApproximateAgeOfOldestMessage": (_age, "Seconds"),
        }
        self._metrics = []
        for name, (value, unit) in readings.items():
            metric = Metric.of(_NAMESPACE, name, {"QueueName": queue.name})
            self._store.gauge(metric, Gauge(self._reading(value), unit, self._until))
            self._metrics.append(metric)

    def touch(self, now: float) -> None:
        """Something happens: look at the queue before, if it is the first thing in its minute."""
        minute = int(now // MINUTE)
        if minute > self._minute:
            self._looks.append(self._look(self._minute))
            self._minute = minute
        self.last = now
        for metric in self._metrics:
            self._store.touch(metric)

    def forget(self) -> None:
        """Measure no more."""
        for metric in self._metrics:
            self._store.forget(metric)

    def _until(self) -> float:
        return min(self._clock.now(), self.last + _ACTIVE)

    def _look(self, minute: int) -> _Look:
        queue = self._queue
        there = list(queue._messages)  # noqa: SLF001 - moto has no other way to those that are not visible
        sent = {message.id: self.sent[message.id] for message in there if message.id in self.sent}
        self.sent = sent
        delayed = sum(1 for message in there if message.delayed)
        hidden = sum(1 for message in there if not message.visible)
        return _Look(minute, len(there) - delayed - hidden, hidden, delayed, min(sent.values(), default=None))

    def _reading(self, value: Callable[[_Look, float], float]) -> Callable[[float], float | None]:
        def read(moment: float) -> float | None:
            minute = int(moment // MINUTE) - 1
            if minute >= self._minute:
                return float(value(self._look(minute), moment))
            place = bisect_right(self._looks, minute, key=attrgetter("minute"))
            return float(value(self._looks[place - 1], moment)) if place else None

        return read


def _age(look: _Look, moment: float) -> float:
    return 0.0 if look.oldest is None else float(round(max(moment - look.oldest, 0.0)))


def _count(backend: Any, queue_name: str, name: str, value: float = 1.0, unit: str = "Count") -> None:
    location = Location(backend.account_id, backend.region_name)
    count(location, _NAMESPACE, name, {"QueueName": queue_name}, value=value, unit=unit)
