"""A run of a stack that is deployed in a running instance: started, followed and stopped by the public APIs."""

import json
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from constructs_lib.local.account import Clients
from constructs_lib.local.client.jobs import Jobs
from constructs_lib.local.client.logs import Logs
from constructs_lib.local.files import whole
from constructs_lib.local.paths import below
from constructs_lib.local.runs.outcome import JobOutcome, Outcome, item_index, read_results
from constructs_lib.local.runs.report.bars import bars

POLL_SECONDS = 0.2


class RemoteExecution:
    """A running execution of a state machine in a running instance.

    Its jobs are those that were submitted to the stack's queues since it started.

    Args:
        clients: makes boto3 clients of the instance.
        stack: the name of the stack.
        state_machine: the ARN of its state machine.
        payload: the input, a JSON value.
        logs: directory that the output of failed jobs is written to.
    """

    def __init__(self, clients: Clients, stack: str, state_machine: str, payload: Any, logs: Path) -> None:
        self._clients = clients
        self._jobs = Jobs(clients)
        self._queues = self._jobs.queues_of(stack)
        self._logs = logs
        self._started = int(time.time() * 1000) - 1  # ListJobs has those after a time, not from it on
        self.arn: str = clients("stepfunctions").start_execution(
            stateMachineArn=state_machine,
            name=str(uuid.uuid4()),
            input=json.dumps(payload, ensure_ascii=False),
        )["executionArn"]

    def describe(self) -> dict[str, Any]:
        """The execution as DescribeExecution has it."""
        described: dict[str, Any] = self._clients("stepfunctions").describe_execution(executionArn=self.arn)
        return described

    def stop(self) -> None:
        """Stop it, and with it the jobs that it waits for."""
        self._clients("stepfunctions").stop_execution(executionArn=self.arn)

    def counts(self) -> dict[str, int]:
        """How many jobs and children there are in each state."""
        roots = self._jobs.describe([job["jobId"] for job in self._jobs.since(self._queues, self._started)])
        total: Counter[str] = Counter()
        for job in roots:
            total.update(job.get("arrayProperties", {}).get("statusSummary") or {job["status"]: 1})
        return dict(total)

    def outcome(self) -> Outcome:
        """How it ended."""
        described = self.describe()
        roots = self._jobs.since(self._queues, self._started)
        jobs = self._jobs.describe([leaf["jobId"] for root in roots for leaf in self._jobs.leaves(root)])
        return Outcome(
            status=described["status"],
            output=json.loads(described["output"]) if described["status"] == "SUCCEEDED" else None,
            error=described.get("error"),
            cause=described.get("cause"),
            jobs=[self._job_outcome(job) for job in jobs],
            results=read_results(self._clients, described),
            bars=bars(jobs, time.time()),
        )

    def _job_outcome(self, job: dict[str, Any]) -> JobOutcome:
        container, failed = job.get("container", {}), job["status"] == "FAILED"
        return JobOutcome(
            id=job["jobId"],
            name=job["jobName"],
            index=item_index(container.get("environment", []), job.get("arrayProperties", {}).get("index")),
            status=job["status"],
            exit_code=container.get("exitCode"),
            attempts=len(job.get("attempts", [])),
            reason=job.get("statusReason") if failed else None,
            log=self._save_log(job) if failed and job.get("attempts") else None,
        )

    def _save_log(self, job: dict[str, Any]) -> Path:
        path = below(self._logs, f"{job['jobId'].replace(':', '-')}.log")
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as file:
            file.writelines(f"{line}\n".encode(errors="replace") for _, line in Logs(self._clients).new_lines(job))
        return path
