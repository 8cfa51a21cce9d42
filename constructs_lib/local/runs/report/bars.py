"""From jobs as DescribeJobs shows them to the bars of a timeline: one for each attempt.

Nothing here knows whose AWS the descriptions come from: an account's make the same picture.
Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from constructs_lib.local.runs.report.containers import containers_of

Outcome = Literal["succeeded", "failed", "retried", "running", "waiting"]

_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """One attempt of a job, or the wait of a job that has none yet.

    Args:
        job: the job's id; a child's is ``parent:index``.
        name: the job's name.
        queue: the name of its queue.
        attempt: which attempt, from 1; 0 for a job that waits for its first.
        vcpus: how many it holds.
        waited_from: when the job could have started, in seconds since the epoch.
        started: when the container began to run; None while it waits.
        stopped: when it ended; for what runs or waits, the time of the picture.
        outcome: ``retried`` is a failed attempt that another one followed.
        reason: why it ended, in AWS's words.
    """

    job: str
    name: str
    queue: str
    attempt: int
    vcpus: float
    waited_from: float
    started: float | None
    stopped: float
    outcome: Outcome
    reason: str

    @property
    def began(self) -> float:
        """When it stopped to wait; the end of the picture if it still does."""
        return self.stopped if self.started is None else self.started


def bars(jobs: Iterable[Mapping[str, Any]], now: float) -> list[Bar]:
    """Make the bars of jobs; parents of arrays have none, their children do.

    Args:
        jobs: entries of DescribeJobs.
        now: the time of the picture, in seconds since the epoch.
    """
    return [bar for job in jobs if "size" not in job.get("arrayProperties", {}) for bar in _bars(job, now)]


def _bars(job: Mapping[str, Any], now: float) -> Iterator[Bar]:
    waited_from = job["createdAt"] / _MILLISECONDS
    attempts = list(job.get("attempts", []))
    is_final = job["status"] in ("SUCCEEDED", "FAILED")
    if job["status"] == "RUNNING" and not (attempts and "stoppedAt" not in attempts[-1]):
        # An account lists an attempt when it has ended; here it is listed when it starts.
        attempts.append({"startedAt": job["startedAt"]})
    for number, attempt in enumerate(attempts, 1):
        stopped = attempt["stoppedAt"] / _MILLISECONDS if "stoppedAt" in attempt else now
        started = attempt["startedAt"] / _MILLISECONDS if "startedAt" in attempt else stopped
        is_last = number == len(attempts) and is_final
        outcome = _outcome(job["status"] if is_last else None, ended="stoppedAt" in attempt)
        yield _bar(job, number, (waited_from, started, stopped), outcome, _reason(attempt))
        waited_from = stopped
    if not is_final and job["status"] != "RUNNING" and all("stoppedAt" in attempt for attempt in attempts):
        yield _bar(job, 0, (waited_from, None, now), "waiting", job.get("statusReason", ""))


def _bar(
    job: Mapping[str, Any],
    attempt: int,
    times: tuple[float, float | None, float],
    outcome: Outcome,
    reason: str,
) -> Bar:
    queue = job["jobQueue"].rsplit("/", 1)[-1]
    waited_from, started, stopped = times
    return Bar(
        job["jobId"], job["jobName"], queue, attempt, _vcpus(job), waited_from, started, stopped, outcome, reason
    )


def _outcome(final: str | None, *, ended: bool) -> Outcome:
    if not ended:
        return "running"
    if final is None:
        return "retried"
    return "succeeded" if final == "SUCCEEDED" else "failed"


def _vcpus(job: Mapping[str, Any]) -> float:
    return sum(_vcpus_of(container) for container in containers_of(job)) or 1.0


def _vcpus_of(container: Mapping[str, Any]) -> float:
    stated = {entry["type"]: entry["value"] for entry in container.get("resourceRequirements", [])}
    return float(stated.get("VCPU", container.get("vcpus", 1)))


def _reason(attempt: Mapping[str, Any]) -> str:
    told = [text for container in containers_of(attempt) for text in _ending(container)]
    return ", ".join(text for text in (attempt.get("statusReason"), *told) if text)


def _ending(container: Mapping[str, Any]) -> list[str]:
    code = f"exit code {container['exitCode']}" if "exitCode" in container else ""
    name = f" of {container['name']}" if code and "name" in container else ""
    return [container.get("reason", ""), code + name]
