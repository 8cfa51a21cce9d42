"""Jobs that wait for other jobs.

A plain dependency is on a whole job. Children of an array may wait for the child before them (SEQUENTIAL), or for the
child of another array with the same index (N_TO_N).
Source: https://docs.aws.amazon.com/batch/latest/userguide/job_dependencies.html
"""

from collections import defaultdict
from collections.abc import Callable, Iterator

from constructs_lib.local.scheduler.jobs.job import AnyJob, ArrayJob, Dependency, Job, Status

FAILED = "Dependent Job failed"
"""The status reason of a job whose dependency failed."""

Find = Callable[[str], AnyJob | None]


class Dependencies:
    """Who waits for whom.

    Args:
        find: finds a job by its id.
    """

    def __init__(self, find: Find) -> None:
        self._find = find
        self._open: dict[Job, int] = {}
        self._waiting: dict[str, list[Job]] = defaultdict(list)

    def add(self, job: AnyJob) -> Iterator[tuple[Job, bool]]:
        """Take a new job; yields the leaves that wait for nothing, and those whose dependency has failed already.

        Yields:
            A job or child, and whether it can run: False when it fails at once.
        """
        leaves = job.children if isinstance(job, ArrayJob) else [job]
        depends_on = job.spec.depends_on
        if not depends_on:
            yield from ((leaf, True) for leaf in leaves)
            return
        for leaf in leaves:
            on = [found for entry in depends_on if (found := self._target(leaf, entry))]
            if any(item.status is Status.FAILED for item in on):
                yield leaf, False
                continue
            unfinished = [item for item in on if not item.status.final]
            if not unfinished:
                yield leaf, True
                continue
            self._open[leaf] = len(unfinished)
            for item in unfinished:
                self._waiting[item.id].append(leaf)

    def ended(self, job: AnyJob) -> list[tuple[Job, bool]]:
        """Note the end of a job or child.

        Returns:
            The leaves that waited for nothing else, and whether they can run: False when they fail with it.
        """
        waiting = self._waiting.pop(job.id, None)
        if not waiting:
            return []
        released = []
        for leaf in waiting:
            if leaf not in self._open:  # it was cancelled, or has failed with another dependency
                continue
            self._open[leaf] -= 1
            if job.status is Status.FAILED or not self._open[leaf]:
                del self._open[leaf]
                released.append((leaf, job.status is not Status.FAILED))
        return released

    def waits(self, job: Job) -> bool:
        """Whether a job waits for others."""
        return job in self._open

    def forget(self, job: Job) -> None:
        """Let a cancelled job wait for nothing any more."""
        self._open.pop(job, None)

    def _target(self, leaf: Job, entry: Dependency) -> AnyJob | None:
        if entry.kind == "SEQUENTIAL" and leaf.parent and leaf.index:
            return leaf.parent.children[leaf.index - 1]
        if entry.kind == "SEQUENTIAL" or entry.job_id is None:
            return None
        found = self._find(entry.job_id)
        if entry.kind == "N_TO_N" and isinstance(found, ArrayJob) and leaf.index is not None:
            return found.children[leaf.index]
        return found
