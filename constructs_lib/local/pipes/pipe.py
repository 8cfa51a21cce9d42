"""A pipe that runs: it takes messages out of its queue, batch by batch, and deletes those that have arrived.

What fails comes back to the queue after its visibility timeout, and goes to the dead-letter queue of that by and by.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.deliveries import Disturbance, Disturbances, Overtaking, problem_of
from constructs_lib.local.pipes import invocations
from constructs_lib.local.pipes.filters import matches
from constructs_lib.local.pipes.inputs import Surroundings, payload
from constructs_lib.local.pipes.outcome import BatchError
from constructs_lib.local.pipes.source import Client, Event, QueueSource
from constructs_lib.local.pipes.targets import MOST_ITEMS, TARGETS, Item, Sending
from constructs_lib.local.sqs import Queues

_DEFAULT_BATCH = 10
_ASK_AGAIN_SECONDS = 20.0
"""When a queue is asked again that could not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What a pipe does, as its API has it.

    Args:
        arn: of the pipe.
        name: of the pipe.
        source: the ARN of its queue.
        source_parameters: those of the source.
        enrichment: the ARN of its enrichment; empty without one.
        enrichment_parameters: those of the enrichment.
        target: the ARN of its target.
        target_parameters: those of the target.
    """

    arn: str
    name: str
    source: str
    source_parameters: dict[str, Any]
    enrichment: str
    enrichment_parameters: dict[str, Any]
    target: str
    target_parameters: dict[str, Any]

    @property
    def batch_size(self) -> int:
        """How many messages at most."""
        told = (self.source_parameters.get("SqsQueueParameters") or {}).get("BatchSize")
        return int(told or min(_DEFAULT_BATCH, MOST_ITEMS.get(service_of(self.target), _DEFAULT_BATCH)))

    @property
    def window(self) -> float:
        """How many seconds it waits for more messages."""
        told = self.source_parameters.get("SqsQueueParameters") or {}
        return float(told.get("MaximumBatchingWindowInSeconds") or 0)


def service_of(arn: str) -> str:
    """The service in an ARN; empty if it is none."""
    return arn.split(":")[2] if arn.count(":") > 1 else ""


@dataclass(frozen=True, slots=True)
class Means:
    """What pipes run by.

    Args:
        clock: tells the time.
        queues: tell of messages.
        disturbances: what goes wrong on purpose.
        lost: gets a line for each batch that fails.
    """

    clock: Clock
    queues: Queues
    disturbances: Disturbances
    lost: Callable[[str], None]


class RunningPipe:
    """A thread that takes messages.

    Args:
        flow: what it does.
        client: makes clients with the rights of its role.
        means: what it runs by.
    """

    def __init__(self, flow: Flow, client: Client, means: Means) -> None:
        self._flow = flow
        self._client = client
        self._clock = means.clock
        self._queues = means.queues
        self._disturbances = means.disturbances
        self._lost = means.lost
        self._source = QueueSource(flow.source, client)
        self._changed, self._over = self._clock.event(), self._clock.event()
        self._overtaking = Overtaking(self._clock)
        self._late: list[threading.Thread] = []
        self._receiving = threading.Lock()
        self._untell: Callable[[], None] = lambda: None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to take messages.

        Raises:
            ClientError: the queue is not there, or the role may not look at it.
            NotTrustedError: the role lets no pipe take it on.
        """
        self._source.check()
        self._untell = self._queues.tell(self._flow.source, self._changed)
        self._thread = self._clock.thread(self._run, name=f"pipe {self._flow.name}")
        self._thread.start()

    def end(self) -> None:
        """Take no more messages; one that is on its way arrives."""
        with self._receiving:  # what it receives now arrives, and nothing that comes later
            self._over.set()
        self._overtaking.close()
        self._untell()
        self._changed.set()

    def join(self) -> None:
        """Wait until the last batch has ended."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        for thread in self._late:
            thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            self._changed.clear()
            try:
                events = self._batch()
            except Exception as error:  # noqa: BLE001 - what is none of a call is raised again
                self._lost(f"{self._flow.arn}, source {self._flow.source}: {problem_of(error).message}")
                self._clock.watch(self._changed, _ASK_AGAIN_SECONDS)
                continue
            if events:
                self._handle(events)
            elif not self._over.is_set():
                self._wait()

    def _wait(self) -> None:
        """Wait for a message: a new one, or one that comes into sight again."""
        awaited = self._queues.next_visible(self._flow.source)
        if awaited is None:
            self._clock.watch(self._changed)
            return
        moment, ends = awaited
        seconds = max(moment - self._clock.now(), 0.001)
        if ends:
            self._clock.wait(self._changed, seconds)
        else:
            self._clock.watch(self._changed, seconds)

    def _batch(self) -> list[Event]:
        """Receive a batch, and wait for what fills it as long as its window is open."""
        most, window = self._flow.batch_size, self._flow.window
        events = self._receive(most)
        end = self._clock.now() + window
        while events and len(events) < most and not self._over.is_set():
            seconds = end - self._clock.now()
            if seconds <= 0:
                break
            self._clock.wait(self._changed, seconds)
            self._changed.clear()
            events += self._receive(most - len(events))
        return events

    def _receive(self, most: int) -> list[Event]:
        with self._receiving:
            return [] if self._over.is_set() else self._source.receive(most)

    def _handle(self, events: list[Event]) -> None:
        criteria = self._flow.source_parameters.get("FilterCriteria")
        wanted = [event for event in events if matches(criteria, event)]
        self._delete([event for event in events if event not in wanted])
        if not wanted:
            return
        disturbance = self._disturbances.of_delivery(self._flow.arn, self._flow.target)
        if disturbance.seconds:
            thread = self._clock.thread(self._wait_and_deliver, wanted, disturbance, name=f"pipe {self._flow.name}")
            self._late.append(thread)
            thread.start()
        else:
            self._deliver(wanted, disturbance.copies)
            self._overtaking.passed(self._flow.arn)

    def _wait_and_deliver(self, events: list[Event], disturbance: Disturbance) -> None:
        if self._overtaking.wait(self._flow.arn, disturbance.seconds, is_overtaken=disturbance.is_overtaken):
            self._deliver(events, disturbance.copies)

    def _deliver(self, events: list[Event], copies: int) -> None:
        """Deliver a batch, and delete what has arrived."""
        failed: set[str] = set()
        for _ in range(copies):
            failed = self._attempt(events)
        self._delete([event for event in events if event["messageId"] not in failed])

    def _delete(self, events: list[Event]) -> None:
        if not events:
            return
        try:
            self._source.delete(events)
        except Exception as error:  # noqa: BLE001 - what is none of a call is raised again
            self._lost(f"{self._flow.arn}, source {self._flow.source}: {problem_of(error).message}")

    def _attempt(self, events: list[Event]) -> set[str]:
        ids = [event["messageId"] for event in events]
        refused = self._disturbances.of_attempt(self._flow.arn, self._flow.target)
        if refused is not None:
            self._lost(f"{self._flow.arn}, target {self._flow.target}: {refused.message}")
            return set(ids)
        try:
            failed = self._sent(events, ids)
        except BatchError as error:
            self._lost(f"{self._flow.arn}: {error}")
            return set(ids)
        except Exception as error:  # noqa: BLE001 - what is none of a call is raised again
            self._lost(f"{self._flow.arn}, target {self._flow.target}: {problem_of(error).message}")
            return set(ids)
        if failed:
            self._lost(f"{self._flow.arn}, target {self._flow.target}: {len(failed)} of {len(ids)} messages failed")
        return failed

    def _sent(self, events: list[Event], ids: Sequence[str]) -> set[str]:
        flow, around = self._flow, self._around()
        found: list[tuple[str | None, Any]] = [(event["messageId"], event) for event in events]
        if flow.enrichment:
            template = flow.enrichment_parameters.get("InputTemplate")
            told = self._enriched([payload(template, event, around) for event in events])
            found = [(ids[number] if len(told) == len(ids) else None, event) for number, event in enumerate(told)]
        template = flow.target_parameters.get("InputTemplate")
        items = [Item(message, event, payload(template, event, around)) for message, event in found]
        if not items:
            return set()
        most = MOST_ITEMS.get(service_of(flow.target))
        if most is not None and len(items) > most:
            raise BatchError(f"the enrichment gives {len(items)} events, and {flow.target} takes {most} at once")
        sending = Sending(self._client, flow.target, flow.target_parameters, items, ids, self._clock.now())
        return TARGETS[service_of(flow.target)](sending)

    def _enriched(self, batch: list[Any]) -> list[Any]:
        call = {"lambda": invocations.invoke, "states": invocations.run}[service_of(self._flow.enrichment)]
        told = call(self._client, self._flow.enrichment, batch)
        if told is None or told in ({}, ""):
            return []
        return told if isinstance(told, list) else [told]

    def _around(self) -> Surroundings:
        flow = self._flow
        return Surroundings(flow.arn, flow.name, flow.source, flow.enrichment, flow.target, self._clock.now())
