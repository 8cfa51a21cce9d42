"""A container of a job that has several, in the shape of a job, which is what runners run."""

from dataclasses import dataclass
from pathlib import Path

from constructs_lib.local.paths import below
from constructs_lib.local.scheduler.jobs.attempt import Attempt
from constructs_lib.local.scheduler.jobs.job import Job, Part


@dataclass(slots=True, eq=False)
class PartJob(Job):
    """A container of a job: the job's id and variables, a container, an attempt and a log stream of its own."""

    shared: Path = Path()
    """Where the directories are that the containers of the job share."""


def part_job(job: Job, part: Part, shared: Path) -> PartJob:
    """Make a container of the last attempt of a job."""
    whole = job.attempts[-1]
    stream = whole.log_stream.rpartition("/")[2]
    instances = (whole.instances[int(part.name)],) if part.suffix and whole.instances else whole.instances
    attempt = Attempt(whole.environment, f"{part.spec.log_prefix}{stream}{part.suffix}", instances)
    return PartJob(
        f"{job.id}{part.suffix}",
        part.spec,
        job.created_at,
        job.index,
        job.parent,
        attempts=[*job.attempts[:-1], attempt],
        environment=job.environment,
        instance=job.instance,
        shared=below(shared, part.name) if part.suffix else shared,  # nodes have directories of their own
    )


def shared_directories(job: Job) -> dict[str, Path]:
    """Directories of this machine that containers of one job share, by the paths at which a container has them.

    They are the volumes without a place of their own; a job of one container has none to share.
    """
    if not isinstance(job, PartJob):
        return {}
    container = job.spec.container
    placed = {
        volume["name"]
        for volume in container.get("volumes") or []
        if "efsVolumeConfiguration" in volume or (volume.get("host") or {}).get("sourcePath")
    }
    return {
        mount["containerPath"]: below(job.shared, mount["sourceVolume"])
        for mount in container.get("mountPoints") or []
        if mount["sourceVolume"] not in placed
    }
