"""Starts a state machine in the embedded AWS, follows it, and tells how it ended."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from constructs_lib.local.account import Location
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.ended_jobs import ended
from constructs_lib.local.runs.following import Progress, follow
from constructs_lib.local.runs.outcome import Outcome
from constructs_lib.local.runs.results import last, results_of_execution


class Execution:
    """A running execution of a state machine.

    Args:
        aws: where it runs.
        state_machine: the state machine's ARN.
        payload: the input, a JSON value.
    """

    def __init__(self, aws: EmbeddedAws, state_machine: str, payload: Any) -> None:
        self._aws = aws
        self._location = Location.of(state_machine)
        self._client = aws.client("stepfunctions", self._location)
        self._batch = aws.batches.engine(self._location)
        self._first = self._batch.submitted()
        started = self._client.start_execution(
            stateMachineArn=state_machine,
            name=str(uuid.uuid4()),
            input=json.dumps(payload, ensure_ascii=False),
        )
        self.arn: str = started["executionArn"]

    def wait(
        self,
        on_progress: Progress = lambda _: None,
        *,
        timeout: float | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> Outcome:
        """Wait for the end.

        Args:
            on_progress: gets the number of jobs in each state, again and again.
            timeout: seconds after which the execution is stopped. Default: none.
            pause: waits so many seconds between two looks, or raises what ends the wait.

        Raises:
            TimeoutError: it did not end in time.
        """
        counts = self._batch.counts
        with self._aws.clock.passing():
            is_over = follow(lambda: self._aws.is_running(self.arn), counts, on_progress, timeout=timeout, pause=pause)
        if not is_over:
            self.stop()
            raise TimeoutError(f"{self.arn} did not end within {timeout:g} s; jobs: {counts()}")
        return self._outcome(self._client.describe_execution(executionArn=self.arn))

    def stop(self) -> None:
        """Stop it, and with it the jobs that it waits for."""
        self._client.stop_execution(executionArn=self.arn)

    def _outcome(self, described: dict[str, Any]) -> Outcome:
        jobs, bars = ended(self._aws, self._batch.leaves(self._first))
        results = results_of_execution(self._aws.clients(self._location), described, jobs)
        return Outcome(
            status=described["status"],
            output=json.loads(described["output"]) if described["status"] == "SUCCEEDED" else None,
            error=described.get("error"),
            cause=described.get("cause"),
            jobs=jobs,
            results=last(results),
            bars=bars,
            arn=self.arn,
            results_by_uri=results,
        )
