"""Runs attempts as containers, so many at a time as it has places; the others wait."""

import sys
from pathlib import Path
from typing import Protocol

from constructs_lib.local.account import Location
from constructs_lib.local.apps.assembly import ImageAsset
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.runners import OnEnd, OnStart
from constructs_lib.local.runners.container import leftovers
from constructs_lib.local.runners.container.engine import ContainerEngine
from constructs_lib.local.runners.container.images import ContainerImages
from constructs_lib.local.runners.container.leftovers import Owner, remove_leftovers
from constructs_lib.local.runners.container.task import ContainerLaunch, ContainerTask
from constructs_lib.local.runners.container.words import container_name, create_words
from constructs_lib.local.runners.log_streams import LogStreams
from constructs_lib.local.runners.places import Places
from constructs_lib.local.runners.volumes import Volumes
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.local.supervisor import Supervisor

_ENDPOINTS = ("AWS_ENDPOINT_URL", "ECS_CONTAINER_METADATA_URI", "ECS_CONTAINER_METADATA_URI_V4")
_WITHOUT_PULL = ("--pull", "never")
"""The image is there; if it has just been removed, no registry has one of that name."""


class Source(Protocol):
    """What the containers of jobs are made from."""

    def asset(self, image: str) -> ImageAsset | None:
        """Find what an image is built from; None for one of elsewhere."""
        ...

    def variables(self, job: Job) -> dict[str, str]:
        """All environment variables of a job; a `CannotStartError` says why there are none."""
        ...

    def log(self, job: Job) -> Path:
        """Where the output of a job's last attempt goes."""
        ...


class ContainerRunner:
    """Runs attempts as containers.

    Args:
        engine: what runs them.
        source: what they are made from.
        directory: where their volumes are, and the output of builds.
        parallel: how many run at once.
        logs: where their output goes.
        clock: stands still while they run.
        supervisor: starts what watches them, and removes them when this process is killed.
    """

    def __init__(
        self,
        engine: ContainerEngine,
        source: Source,
        directory: Path,
        parallel: int,
        *,
        logs: LogStreams,
        clock: Clock,
        supervisor: Supervisor,
    ) -> None:
        self._engine = engine
        self._source = source
        self._logs = logs
        self._supervisor = supervisor
        self._images = ContainerImages(engine, source.asset, directory / "builds", supervisor)
        self._volumes = Volumes(directory.absolute() / "volumes")
        self._places = Places(parallel, clock)
        remove_leftovers(engine)
        self._owner = Owner()
        supervisor.last([sys.executable, "-m", leftovers.__name__])

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> ContainerTask:
        """Start the container of a job's last attempt as soon as there is a place for it."""
        task = ContainerTask(
            job, self._engine, self._prepare, self._logs, self._supervisor, on_start=on_start, on_end=on_end
        )
        self._places.put(task)
        return task

    def close(self, grace: float) -> None:
        """Stop every container, and return when the last one is removed."""
        self._images.close()
        self._places.close(grace)
        self._owner.end(self._engine)
        self._logs.close()

    def _prepare(self, job: Job) -> ContainerLaunch:
        source = self._source
        image = self._images.ensure(job.spec.container["image"], Location.of(job.spec.queue.arn).account)
        variables = source.variables(job)
        for name in _ENDPOINTS:
            if name in variables:
                variables[name] = self._engine.reached_from_inside(variables[name])
        return ContainerLaunch(
            name=container_name(job),
            words=[
                *_WITHOUT_PULL,
                *self._owner.words,
                *create_words(job, image, variables, self._engine, self._volumes),
            ],
            log=source.log(job),
        )
