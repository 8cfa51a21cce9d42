"""Starts a state machine in the embedded AWS, follows it, and tells how it ended."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.outcome import JobOutcome, Outcome, item_index, read_results
from constructs_lib.local.runs.report.bars import bars
from constructs_lib.local.scheduler.jobs.job import Job, Status

FIRST_POLL_SECONDS = 0.02
LAST_POLL_SECONDS = 0.25
"""The time between two looks at an execution grows, so that looking takes nothing from long runs."""

Progress = Callable[[dict[str, int]], None]


class Execution:
    """A running execution of a state machine.

    Args:
        aws: where it runs.
        state_machine: the state machine's ARN.
        payload: the input, a JSON value.
    """

    def __init__(self, aws: EmbeddedAws, state_machine: str, payload: Any) -> None:
        self._aws = aws
        self._client = aws.client("stepfunctions")
        self._first = aws.batch.submitted()
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
        deadline = None if timeout is None else time.monotonic() + timeout
        seconds = FIRST_POLL_SECONDS
        while self._aws.is_running(self.arn):
            counts = self._aws.batch.counts()
            on_progress(counts)
            if deadline is not None and time.monotonic() > deadline:
                self.stop()
                raise TimeoutError(f"{self.arn} did not end within {timeout:g} s; jobs: {counts}")
            pause(seconds)
            seconds = min(seconds * 1.5, LAST_POLL_SECONDS)
        on_progress(self._aws.batch.counts())
        return self._outcome(self._client.describe_execution(executionArn=self.arn))

    def stop(self) -> None:
        """Stop it, and with it the jobs that it waits for."""
        self._client.stop_execution(executionArn=self.arn)

    def _outcome(self, described: dict[str, Any]) -> Outcome:
        output = json.loads(described["output"]) if described["status"] == "SUCCEEDED" else None
        leaves = self._aws.batch.leaves(self._first)
        details = (self._aws.batch.describe_job(job.id) for job in leaves)
        return Outcome(
            status=described["status"],
            output=output,
            error=described.get("error"),
            cause=described.get("cause"),
            jobs=[_job_outcome(self._aws, job) for job in leaves],
            results=read_results(self._aws.client, described),
            bars=bars((job for job in details if job), self._aws.batch.clock.now()),
        )


def _job_outcome(aws: EmbeddedAws, job: Job) -> JobOutcome:
    return JobOutcome(
        id=job.id,
        name=job.spec.name,
        index=item_index(job.spec.container["environment"], job.index),
        status=job.status.value,
        exit_code=job.attempts[-1].exit_code if job.attempts else None,
        attempts=len(job.attempts),
        reason=job.status_reason if job.status is Status.FAILED else None,
        log=aws.processes.log(job) if job.attempts else None,
    )
