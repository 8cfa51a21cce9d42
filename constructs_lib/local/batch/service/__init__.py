"""AWS Batch of one embedded AWS: in each account and region there is one of its own, which knows of no other."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from constructs_lib.local.account import Location
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.errors import BatchError
from constructs_lib.local.batch.operations.tags import list_tags
from constructs_lib.local.batch.registry import Registries, Registry
from constructs_lib.local.batch.resources import ComputeEnvironment
from constructs_lib.local.batch.service.api import BatchApi
from constructs_lib.local.runners import SIGKILL_AFTER_SECONDS, Runner
from constructs_lib.local.scheduler.jobs.job import AnyJob


class BatchService:
    """The engines of all accounts and regions, over one runner; each is made when it is first asked for.

    Args:
        registries: their resources.
    """

    def __init__(self, registries: Registries) -> None:
        self._registries = registries
        self._make: Callable[[Registry, Runner], Engine] | None = None
        self._runner: Runner | None = None
        self._apis: dict[Location, BatchApi] = {}
        self._making = threading.Lock()
        self._is_closed = False

    def begin(self, make: Callable[[Registry, Runner], Engine], runner: Runner) -> None:
        """Take jobs from now on.

        Args:
            make: makes the engine over a registry.
            runner: what runs the attempts of all.
        """
        self._make, self._runner = make, runner

    def api(self, location: Location) -> BatchApi:
        """The API as it answers in an account and region."""
        found = self._apis.get(location)
        return found if found is not None else self._new(location)

    def engine(self, location: Location) -> Engine:
        """What runs the jobs of an account and region."""
        return self.api(location).engine

    def engines(self) -> list[Engine]:
        """Every engine that there is, the first made first."""
        return [api.engine for api in list(self._apis.values())]

    def environment(self, arn: str) -> ComputeEnvironment | None:
        """Find a compute environment wherever it is, by its ARN; None when there is none."""
        return self._registries.environment(arn)

    def instance_type(self, location: Location, instance_id: str) -> str | None:
        """The type of an instance of an environment; None if there was none with this id."""
        return self._apis[location].engine.instance_type(instance_id) if location in self._apis else None

    def definition(self, location: Location, reference: str) -> str:
        """The ARN of a job definition, with its revision; of one that there is not, as it would be."""
        registry = self._registries.at(location)
        try:
            return registry.definition(reference).arn
        except BatchError:
            return reference if reference.startswith("arn:") else registry.arn("job-definition", reference)

    def tags(self, location: Location, arn: str) -> Mapping[str, str]:
        """The tags of a resource or a job; none of one that there is not."""
        try:
            found: Mapping[str, str] = list_tags(self.engine(location), {"resourceArn": arn})["tags"]
        except BatchError:
            return {}
        return found

    def describe_job(self, job: AnyJob) -> dict[str, Any] | None:
        """Describe a job as DescribeJobs has it, wherever it is."""
        return self.engine(Location.of(job.spec.queue.arn)).describe_job(job.id)

    def locations(self) -> list[Location]:
        """The accounts and regions that have job queues."""
        return [location for location, api in list(self._apis.items()) if api.engine.registry.queues]

    def close(self, grace: float = SIGKILL_AFTER_SECONDS) -> None:
        """Stop every job, wherever it is, and take no more."""
        with self._making:
            self._is_closed = True
        for engine in self.engines():
            engine.start_no_more()
        if self._runner is not None:
            self._runner.close(grace)

    def _new(self, location: Location) -> BatchApi:
        with self._making:
            if location not in self._apis:
                if self._make is None or self._runner is None:
                    raise RuntimeError("AWS Batch takes no jobs yet: call begin first")
                engine = self._make(self._registries.at(location), self._runner)
                if self._is_closed:
                    engine.start_no_more()
                self._apis[location] = BatchApi(engine)
            return self._apis[location]
