"""How many share identifiers a queue has in use.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from constructs_lib.limits import MAX_ACTIVE_SHARES
from constructs_lib.local.batch.errors import refuse
from constructs_lib.local.scheduler.jobs.job import AnyJob, JobSpec


class ActiveShares:
    """The share identifiers of jobs that have not ended, by queue.

    They are counted only when a queue may have too many: until then, those of jobs that have ended do no harm.

    Args:
        jobs: all jobs.
    """

    def __init__(self, jobs: Callable[[], Iterable[AnyJob]]) -> None:
        self._jobs = jobs
        self._seen: dict[str, set[str]] = defaultdict(set)

    def add(self, spec: JobSpec) -> None:
        """Note the share of a job that is being submitted; one too many is refused."""
        share, seen = spec.details.get("shareIdentifier"), self._seen[spec.queue.arn]
        if share is None or share in seen:
            return
        if len(seen) >= MAX_ACTIVE_SHARES:
            seen.intersection_update(self._active(spec.queue.arn))
        if len(seen) >= MAX_ACTIVE_SHARES:
            refuse(f"Job queue {spec.queue.name} has {MAX_ACTIVE_SHARES} active share identifiers, it can have no more")
        seen.add(share)

    def _active(self, queue_arn: str) -> set[str]:
        jobs = (job for job in self._jobs() if job.spec.queue.arn == queue_arn and not job.status.final)
        return {job.spec.details["shareIdentifier"] for job in jobs if "shareIdentifier" in job.spec.details}
