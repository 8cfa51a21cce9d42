"""The pipes of one embedded AWS: each runs as long as it is there and is to run."""

import threading
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.deliveries import Callers, Disturbances, NotTrustedError
from constructs_lib.local.pipes.pipe import Flow, Means, RunningPipe
from constructs_lib.local.pipes.source import Client
from constructs_lib.local.sqs import Queues

SERVICE = "pipes.amazonaws.com"


class Pipes:
    """What runs.

    Args:
        clock: tells the time.
        callers: makes clients with the rights of roles.
        queues: tell of messages.
        disturbances: what goes wrong on purpose.
    """

    def __init__(self, clock: Clock, callers: Callers, queues: Queues, disturbances: Disturbances) -> None:
        self.clock = clock
        self._callers = callers
        self._running: dict[str, RunningPipe] = {}
        self._ended: list[RunningPipe] = []
        self._lock = threading.Lock()
        self._is_closed = False
        self.lost: list[str] = []
        """What was not delivered, and why."""
        self._means = Means(clock, queues, disturbances, self.lost.append)

    def changed(self, pipe: Any, *, verb: str) -> None:
        """Go by a pipe of moto's as it is now, and tell it how it is.

        Args:
            pipe: moto's.
            verb: what was asked for: ``CREATE``, ``UPDATE`` or ``START``.
        """
        self.removed(pipe.arn)
        pipe.state_reason = None
        if pipe.desired_state == "STOPPED":
            pipe.status = "STOPPED"
            return
        running = RunningPipe(_flow(pipe), self._client(pipe), self._means)
        try:
            running.start()
        except (BotoCoreError, ClientError, NotTrustedError) as error:
            pipe.status, pipe.state_reason = f"{verb}_FAILED", str(error)
            return
        pipe.status = "RUNNING"
        with self._lock:
            self._running[pipe.arn] = running
            if self._is_closed:
                running.end()

    def removed(self, arn: str) -> None:
        """Let a pipe run no more, if it does."""
        with self._lock:
            running = self._running.pop(arn, None)
            if running is not None:
                running.end()
                self._ended.append(running)

    def close(self) -> None:
        """Let no pipe run any more."""
        with self._lock:
            self._is_closed = True
            for running in self._running.values():
                running.end()

    def join(self) -> None:
        """Wait until the last batch has ended."""
        for running in [*self._running.values(), *self._ended]:
            running.join()

    def _client(self, pipe: Any) -> Client:
        arn, role = str(pipe.arn), str(pipe.role_arn)
        return lambda service: self._callers.client(service, Location.of(arn), role=role, by=SERVICE, source=arn)


def _flow(pipe: Any) -> Flow:
    return Flow(
        arn=pipe.arn,
        name=pipe.name,
        source=pipe.source,
        source_parameters=pipe.source_parameters or {},
        enrichment=pipe.enrichment or "",
        enrichment_parameters=pipe.enrichment_parameters or {},
        target=pipe.target,
        target_parameters=pipe.target_parameters or {},
    )
