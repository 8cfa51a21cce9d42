"""Which attempts run on which instance: who loses one loses all that run there."""

import threading
from collections import defaultdict

from constructs_lib.local.faults.jobs.runs import StruckRun
from constructs_lib.local.faults.plans.occasions import StartingAttempt
from constructs_lib.local.scheduler.shapes.capacity import Instance


class Hosts:
    """The attempts on each instance. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[Instance, dict[StruckRun, StartingAttempt]] = defaultdict(dict)

    def add(self, instance: Instance, run: StruckRun, attempt: StartingAttempt) -> None:
        """Note that an attempt runs on an instance."""
        with self._lock:
            self._runs[instance][run] = attempt

    def remove(self, instance: Instance, run: StruckRun) -> None:
        """Note that it does no more."""
        with self._lock:
            self._runs[instance].pop(run, None)
            if not self._runs[instance]:
                del self._runs[instance]

    def others(self, instance: Instance, run: StruckRun) -> list[tuple[StruckRun, StartingAttempt]]:
        """The other attempts on an instance."""
        with self._lock:
            return [(other, attempt) for other, attempt in self._runs[instance].items() if other is not run]
