"""AWS Batch of one embedded AWS: in each account and region there is one of its own, which knows of no other."""

import threading
from collections.abc import Callable

from constructs_lib.local.account import Location
from constructs_lib.local.batch.api import BatchApi
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.registry import Registries, Registry
from constructs_lib.local.runners import SIGKILL_AFTER_SECONDS, Runner


class BatchService:
    """The engines of all accounts and regions, over one runner; each is made when it is first asked for.

    Args:
        registries: their resources.
        make: makes the engine over a registry.
        runner: what runs the attempts of all.
    """

    def __init__(self, registries: Registries, make: Callable[[Registry, Runner], Engine], runner: Runner) -> None:
        self._registries = registries
        self._make = make
        self._runner = runner
        self._apis: dict[Location, BatchApi] = {}
        self._making = threading.Lock()
        self._is_closed = False

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

    def locations(self) -> list[Location]:
        """The accounts and regions that have job queues."""
        return [location for location, api in list(self._apis.items()) if api.engine.registry.queues]

    def close(self, grace: float = SIGKILL_AFTER_SECONDS) -> None:
        """Stop every job, wherever it is, and take no more."""
        with self._making:
            self._is_closed = True
        for engine in self.engines():
            engine.start_no_more()
        self._runner.close(grace)

    def _new(self, location: Location) -> BatchApi:
        with self._making:
            if location not in self._apis:
                engine = self._make(self._registries.at(location), self._runner)
                if self._is_closed:
                    engine.start_no_more()
                self._apis[location] = BatchApi(engine)
            return self._apis[location]
