"""How many jobs of a queue are in which state, counted page by page: nothing but the counts is kept.

An array job counts as its children. AWS Batch lists it once, as PENDING from when its first child may start until the
last one has ended, and says how many of its children are in which state.
Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ListJobs.html
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from constructs_lib.limits import MAX_DESCRIBE_JOBS

STATES: Final = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED")
"""In the order in which a job passes them."""

ENDED: Final = frozenset({"SUCCEEDED", "FAILED"})

_PAGE: Final = 1_000
_AT_A_TIME: Final = 8
"""So many states are listed at once: each is a page after the other, and AWS Batch throttles an account as a whole."""

_ARRAYS_WITH_RUNNING: Final = 5
"""So many arrays, the oldest, are asked for their running children: an array does not tell when they started."""

_BLOCKING: Final = 100


@dataclass(frozen=True, slots=True)
class JobNote:
    """A job that is told of.

    Attributes:
        id: its id.
        name: its name.
        since: when it was submitted; of a running one when it started.
        reason: its status reason, if it has one.
    """

    id: str
    name: str
    since: datetime
    reason: str | None = None


@dataclass(slots=True)
class JobCounts:
    """The jobs of a queue.

    Attributes:
        states: how many there are in each state of `STATES`, children of array jobs each for itself.
        cut: the states that have more than were counted.
        oldest: by state, the job of those counted that is in it and was submitted first; for RUNNING the one that
            started first. Of an array job that has such children, the array.
        blocking: RUNNABLE jobs for which AWS Batch has found a reason.
    """

    states: Counter[str] = field(default_factory=Counter)
    cut: set[str] = field(default_factory=set)
    oldest: dict[str, JobNote] = field(default_factory=dict)
    blocking: list[JobNote] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        """Jobs that have not started: all states up to RUNNABLE."""
        return sum(self.states[state] for state in ("SUBMITTED", "PENDING", "RUNNABLE"))

    @property
    def active(self) -> int:
        """Jobs that hold capacity: STARTING and RUNNING."""
        return self.states["STARTING"] + self.states["RUNNING"]

    def shown(self, state: str) -> str:
        """The number in a state, with a plus when there are more: ``10,000+``."""
        return f"{self.states[state]:,}{'+' if state in self.cut else ''}"

    def note(self, state: str, note: JobNote) -> None:
        """Remember a job in a state if none was there before it."""
        known = self.oldest.get(state)
        if known is None or note.since < known.since:
            self.oldest[state] = note


def count_jobs(batch: Any, queues: Sequence[str], *, limit: int) -> dict[str, JobCounts]:
    """Count the jobs of queues.

    Args:
        batch: a boto3 client.
        queues: their ARNs.
        limit: as many entries of the list of each state of a queue are counted.

    Returns:
        The counts by queue.
    """
    wanted = [(queue, state) for queue in queues for state in STATES]
    found = {queue: JobCounts() for queue in queues}
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        parts = pool.map(lambda item: _of_state(batch, item[0], item[1], limit), wanted)
        for (queue, _), part in zip(wanted, parts, strict=True):
            _add(found[queue], part)
    return found


def described_jobs(batch: Any, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The descriptions of the jobs that exist, asked for a hundred at a time."""
    for first in range(0, len(ids), MAX_DESCRIBE_JOBS):
        yield from batch.describe_jobs(jobs=list(ids[first : first + MAX_DESCRIBE_JOBS]))["jobs"]


def time_of(milliseconds: float) -> datetime:
    """A time of AWS Batch, which counts milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1_000, UTC)


def _of_state(batch: Any, queue: str, state: str, limit: int) -> JobCounts:
    counts = JobCounts()
    seen, has_arrays = 0, False
    running: list[JobNote] = []
    pages = batch.get_paginator("list_jobs").paginate(
        jobQueue=queue, jobStatus=state, PaginationConfig={"PageSize": min(_PAGE, limit)}
    )
    for page in pages:
        entries = page["jobSummaryList"][: limit - seen]
        seen += len(entries)
        has_arrays = has_arrays or any(map(is_array, entries))
        running += _count(batch, counts, state, entries)
        if seen >= limit:
            if page.get("nextToken") or len(page["jobSummaryList"]) > len(entries):
                # An array job that was not seen may have children in any state, or if it has ended, in both.
                counts.cut |= {state} if not has_arrays else ENDED if state in ENDED else set(STATES)
            break
    for array in sorted(running, key=lambda item: item.since)[:_ARRAYS_WITH_RUNNING]:
        for child in batch.list_jobs(arrayJobId=array.id, jobStatus="RUNNING", maxResults=_PAGE)["jobSummaryList"]:
            _note(counts, "RUNNING", child)
    return counts


def _count(batch: Any, counts: JobCounts, state: str, entries: Sequence[Mapping[str, Any]]) -> list[JobNote]:
    """Count the entries of a page; the array jobs among them that have running children."""
    parents = {entry["jobId"]: entry for entry in entries if is_array(entry)}
    for entry in entries:
        if entry["jobId"] not in parents:
            counts.states[state] += 1
            _note(counts, state, entry)
    running = []
    for parent, summary in _summaries(batch, parents):
        counts.states.update(summary)
        for child_state in summary.keys() - {"RUNNING"}:
            counts.note(child_state, noted(parent))
        if "RUNNING" in summary:
            running.append(noted(parent))
    return running


def is_array(job: Mapping[str, Any]) -> bool:
    """Whether an entry of ListJobs, or a description, is of an array job as a whole."""
    array = job.get("arrayProperties", {})
    return "size" in array and "index" not in array


def noted(job: Mapping[str, Any], since: str = "createdAt") -> JobNote:
    """What is told of an entry of ListJobs or a description.

    Args:
        job: the entry.
        since: the member whose time counts.
    """
    return JobNote(job["jobId"], job["jobName"], time_of(job.get(since) or job["createdAt"]), job.get("statusReason"))


def _note(counts: JobCounts, state: str, entry: Mapping[str, Any]) -> None:
    note = noted(entry, "startedAt" if state == "RUNNING" else "createdAt")
    counts.note(state, note)
    if state == "RUNNABLE" and note.reason and len(counts.blocking) < _BLOCKING:
        counts.blocking.append(note)


def _summaries(
    batch: Any, parents: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[Mapping[str, Any], dict[str, int]]]:
    """How many children array jobs have in each state in which they have any."""
    unknown = []
    for job_id, entry in parents.items():
        if told := entry["arrayProperties"].get("statusSummary"):
            yield entry, _present(told)
        elif entry["status"] == "SUCCEEDED":
            yield entry, {"SUCCEEDED": entry["arrayProperties"]["size"]}
        else:
            unknown.append(job_id)
    for job in described_jobs(batch, unknown):
        yield parents[job["jobId"]], _present(job["arrayProperties"].get("statusSummary", {}))


def _present(summary: Mapping[str, int]) -> dict[str, int]:
    return {state: number for state, number in summary.items() if number}


def _add(total: JobCounts, part: JobCounts) -> None:
    total.states.update(part.states)
    total.cut |= part.cut
    total.blocking.extend(part.blocking)
    for state, note in part.oldest.items():
        total.note(state, note)
