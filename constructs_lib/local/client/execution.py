"""What runs in a running instance: a state machine or jobs, started, followed and stopped by the public APIs."""

import json
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any, Protocol

from constructs_lib.local.account import Clients
from constructs_lib.local.client.jobs import FINAL, Job, Jobs
from constructs_lib.local.client.logs import Logs
from constructs_lib.local.files import whole
from constructs_lib.local.paths import below
from constructs_lib.local.runs.job_outcomes import job_outcome
from constructs_lib.local.runs.outcome import JobOutcome, Outcome, outcome_of_jobs
from constructs_lib.local.runs.report.bars import bars
from constructs_lib.local.runs.results import last, results_of_execution, results_of_jobs

POLL_SECONDS = 0.2
_STOPPED = "stopped by whoever submitted it"


class RemoteRun(Protocol):
    """What was started in a running instance."""

    def is_running(self) -> bool:
        """Whether it has not ended."""

    def counts(self) -> dict[str, int]:
        """How many jobs and children there are in each state."""

    def outcome(self) -> Outcome:
        """How it ended."""

    def stop(self) -> None:
        """Stop it."""


class RemoteExecution:
    """A running execution of a state machine in a running instance.

    Its jobs are those that were submitted to these queues since it started.

    Args:
        clients: makes boto3 clients of the instance.
        queues: ARNs of job queues; when there are none, as of a stack that uses those of another, all of the account.
        state_machine: the ARN of the state machine.
        payload: the input, a JSON value.
        logs: directory that the output of jobs is written to.
    """

    def __init__(self, clients: Clients, queues: list[str], state_machine: str, payload: Any, logs: Path) -> None:
        self._clients = clients
        self._jobs = Jobs(clients)
        self._queues = queues or self._jobs.queues()
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

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return bool(self.describe()["status"] == "RUNNING")

    def stop(self) -> None:
        """Stop it, and with it the jobs that it waits for."""
        self._clients("stepfunctions").stop_execution(executionArn=self.arn)

    def counts(self) -> dict[str, int]:
        """How many jobs and children there are in each state."""
        return _counts(self._jobs.describe([job["jobId"] for job in self._jobs.since(self._queues, self._started)]))

    def outcome(self) -> Outcome:
        """How it ended."""
        described = self.describe()
        found = _leaves(self._jobs, self._jobs.since(self._queues, self._started))
        jobs = _outcomes(found, self._clients, self._logs)
        results = results_of_execution(self._clients, described, jobs)
        return Outcome(
            status=described["status"],
            output=json.loads(described["output"]) if described["status"] == "SUCCEEDED" else None,
            error=described.get("error"),
            cause=described.get("cause"),
            jobs=jobs,
            results=last(results),
            bars=bars(found, time.time()),
            arn=self.arn,
            results_by_uri=results,
        )


class RemoteSubmission:
    """Jobs that were submitted to a running instance.

    Args:
        clients: makes boto3 clients of the instance.
        request: for SubmitJob.
        count: how many jobs.
        logs: directory that the output of jobs is written to.
    """

    def __init__(self, clients: Clients, request: dict[str, Any], count: int, logs: Path) -> None:
        self._clients, self._logs = clients, logs
        self._jobs = Jobs(clients)
        self.ids: list[str] = [clients("batch").submit_job(**request)["jobId"] for _ in range(count)]

    def is_running(self) -> bool:
        """Whether one of them has not ended."""
        return not all(job["status"] in FINAL for job in self._jobs.describe(self.ids))

    def stop(self) -> None:
        """End them."""
        for job_id in self.ids:
            self._clients("batch").terminate_job(jobId=job_id, reason=_STOPPED)

    def counts(self) -> dict[str, int]:
        """How many jobs and children there are in each state."""
        return _counts(self._jobs.describe(self.ids))

    def outcome(self) -> Outcome:
        """How they ended."""
        found = _leaves(self._jobs, self._jobs.describe(self.ids))
        jobs = _outcomes(found, self._clients, self._logs)
        return outcome_of_jobs(jobs, results_of_jobs(self._clients, jobs), bars(found, time.time()))


def _counts(roots: list[Job]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for job in roots:
        total.update(job.get("arrayProperties", {}).get("statusSummary") or {job["status"]: 1})
    return dict(total)


def _leaves(jobs: Jobs, roots: list[Job]) -> list[Job]:
    return jobs.describe([leaf["jobId"] for root in roots for leaf in jobs.leaves(root)])


def _outcomes(jobs: list[Job], clients: Clients, logs: Path) -> list[JobOutcome]:
    written = Logs(clients)
    return [job_outcome(job, _save_log(job, written, logs) if job.get("attempts") else None) for job in jobs]


def _save_log(job: Job, written: Logs, logs: Path) -> Path:
    path = below(logs, f"{job['jobId'].replace(':', '-')}.log")
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as file:
        file.writelines(f"{line}\n".encode(errors="replace") for _, line in written.new_lines(job))
    return path
