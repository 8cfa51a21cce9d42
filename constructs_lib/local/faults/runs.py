"""Attempts that a fault has struck, or is going to."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from constructs_lib.local.clock import Clock
from constructs_lib.local.faults.endings import SIGTERM_EXIT_CODE
from constructs_lib.local.runners import Ending, OnEnd, OnStart, Run


@dataclass(frozen=True, slots=True)
class Strike:
    """What a fault does to a program that runs.

    Args:
        after: seconds from the start.
        grace: seconds between SIGTERM and SIGKILL.
        ending: how the attempt ends, made of how the program did.
        on_strike: called when it happens.
        on_spared: called when the program has ended before.
    """

    after: float
    grace: float
    ending: Callable[[Ending], Ending]
    on_strike: Callable[[], None]
    on_spared: Callable[[], None]


class StruckRun:
    """An attempt whose program is stopped after a while.

    Args:
        strike: what happens to it.
        clock: tells when.
        on_start: called when the program runs.
        on_end: called when it has ended.
    """

    def __init__(self, strike: Strike, clock: Clock, on_start: OnStart, on_end: OnEnd) -> None:
        self._strike = strike
        self._clock = clock
        self._on_start = on_start
        self._on_end = on_end
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._struck = False
        self._run: Run | None = None

    def begin(self, start: Callable[[OnStart, OnEnd], Run]) -> None:
        """Start the program."""
        with self._lock:
            self._run = start(self._started, self._ended)

    def stop(self, grace: float) -> None:
        """Stop the program, and let the fault be."""
        self._over.set()
        if self._run:
            self._run.stop(grace)

    def _started(self) -> None:
        self._on_start()
        if self._strike.after:
            threading.Thread(target=self._wait, name="fault", daemon=True).start()
        else:
            self._stop()

    def _wait(self) -> None:
        if not self._clock.wait(self._over, self._strike.after):
            self._stop()

    def _stop(self) -> None:
        with self._lock:  # `begin` may not have come back yet
            if self._over.is_set() or self._run is None:
                return
            self._struck = True
        self._strike.on_strike()
        self._run.stop(self._strike.grace)

    def _ended(self, ending: Ending) -> None:
        with self._lock:
            self._over.set()
        if self._struck:
            ending = self._strike.ending(ending)
        else:
            self._strike.on_spared()
        self._on_end(ending)


class IdleRun:
    """An attempt without a program: it ends at once, or only when it is stopped.

    Args:
        ending: how it ends by itself; None when it hangs.
        on_start: called when it runs; None when it cannot be started.
        on_end: called when it has ended.
    """

    def __init__(self, ending: Ending | None, on_start: OnStart | None, on_end: OnEnd) -> None:
        self._ending = ending
        self._on_start = on_start
        self._on_end = on_end
        self._stopped = threading.Event()
        # The caller of `start` holds a lock that the callbacks need.
        self._thread = threading.Thread(target=self._live, name="fault", daemon=True)

    def begin(self) -> None:
        """Start it."""
        self._thread.start()

    def stop(self, grace: float) -> None:  # noqa: ARG002 - it goes at once
        """End it."""
        self._stopped.set()

    def join(self) -> None:
        """Wait until its end was told."""
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _live(self) -> None:
        if self._on_start:
            self._on_start()
        if self._ending is None:
            self._stopped.wait()
        self._on_end(self._ending or Ending(SIGTERM_EXIT_CODE))
