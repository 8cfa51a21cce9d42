"""Starts the child executions of a map run, as many at once as it allows, and waits for them."""

import uuid
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any

from constructs_lib.local.states.distributed.batches import ChildInput
from constructs_lib.local.states.distributed.children.child import Child
from constructs_lib.local.states.distributed.children.worker_pool import WorkerPool
from constructs_lib.local.states.distributed.failures import MapRunError
from constructs_lib.local.states.distributed.map_runs.map_run import MapRun
from constructs_lib.local.states.executions.interruptions import EnvironmentListener
from constructs_lib.local.states.runtime import CURRENT

_GRACE_SECONDS = 40.0  # more than the 30 seconds that a job has to end


class Dispatch:
    """One run of a Map state."""

    def __init__(self, run: MapRun, env: Any, program: Any) -> None:
        """Prepare.

        Args:
            run: keeps the children and says how many may run.
            env: the environment of the Map state; when it ends, the children are aborted.
            program: what every child runs.
        """
        self._run, self._env, self._program = run, env, program

    def run(self, inputs: Iterable[ChildInput]) -> Iterator[ChildInput]:
        """Run a child for each input; return once all have ended.

        Args:
            inputs: read one after the other as children may start.

        Returns:
            The inputs that were not started because the run was stopped.

        Raises:
            MapRunError: an input could not be read; the children have been aborted.
        """
        pool, listener = WorkerPool(), EnvironmentListener(self._run.stop)
        remaining = iter(inputs)
        listener.listen_to(self._env)
        try:
            left = self._start_all(remaining, pool)
        except BaseException:
            self._run.stop()
            raise
        finally:
            self._wait_until_idle()
            self._env.delete_frame(listener)
            pool.close()
        return self._counted(chain(left, remaining))

    def _start_all(self, inputs: Iterator[ChildInput], pool: WorkerPool) -> list[ChildInput]:
        items = 0
        for given in inputs:
            items += given.items
            self._run.add_pending(given)
            self._wait_until_free()
            child = Child(self._env, self._program, given, self._run, str(uuid.uuid4()))
            if not self._run.started(child):
                return [given]
            pool.run(partial(self._complete, child))
        self._run.total_items = items
        self._run.judge()
        return []

    def _complete(self, child: Child) -> None:
        try:
            child.run()
        finally:
            self._run.ended(child)

    def _wait_until_free(self) -> None:
        changed = self._run.changed
        while not (self._run.is_free() or self._run.is_stopping):
            CURRENT.runtime.clock.wait(changed)
            changed.clear()

    def _wait_until_idle(self) -> None:
        changed, clock, end = self._run.changed, CURRENT.runtime.clock, float("inf")
        while not self._run.is_idle() and clock.now() < end:
            if self._run.is_stopping:  # a child that is deep in a call hears nothing: it is left behind
                end = min(end, clock.now() + _GRACE_SECONDS)
                clock.wait(changed, end - clock.now())
            else:
                clock.wait(changed)
            changed.clear()

    def _counted(self, left: Iterable[ChildInput]) -> Iterator[ChildInput]:
        try:
            for position, given in enumerate(left):
                if position:  # the first one has been counted when it was read
                    self._run.add_pending(given)
                yield given
        except MapRunError:
            return  # the run has failed already; why is what matters
