"""Attempts that a fault has struck, or is going to."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.faults.jobs.endings import SIGTERM_EXIT_CODE
from constructs_lib.local.runners import Ending, OnEnd, OnStart, Run


@dataclass(frozen=True, slots=True)
class Strike:
    """What a fault does to a program that runs.

    Args:
        after: seconds from the start.
        grace: seconds between SIGTERM and SIGKILL.
        ending: how the attempt ends, made of how the program did.
        on_strike: called when it happens.
        on_spared: called when the program has ended before, or was struck by something else.
    """

    after: float
    grace: float
    ending: Callable[[Ending], Ending]
    on_strike: Callable[[], None]
    on_spared: Callable[[], None] = lambda: None


class StruckRun:
    """An attempt whose program may be stopped by a fault.

    Args:
        strike: what happens to it after a while; None for nothing, until it is `hit`.
        clock: tells when.
        on_start: called when the program runs.
        on_end: called when it has ended.
    """

    def __init__(self, strike: Strike | None, clock: Clock, on_start: OnStart, on_end: OnEnd) -> None:
        self._strike = strike
        self._clock = clock
        self._on_start = on_start
        self._on_end = on_end
        self._lock = threading.Lock()
        self._over = clock.event()
        self._hit_by: Strike | None = None
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

    def hit(self, strike: Strike) -> None:
        """Stop the program as a fault does; only the first has an effect."""
        with self._lock:  # `begin` may not have come back yet
            if self._over.is_set() or self._run is None or self._hit_by:
                return
            self._hit_by = strike
        strike.on_strike()
        self._run.stop(strike.grace)

    def _started(self) -> None:
        now = self._clock.now()
        if self._strike and not self._strike.after:
            self.hit(self._strike)  # before anybody is told, which takes as long as a short program
        self._on_start()
        if self._strike and self._strike.after:
            at = now + self._strike.after
            self._clock.thread(self._wait, self._strike, at, name="fault").start()

    def _wait(self, strike: Strike, at: float) -> None:
        if not self._clock.wait(self._over, max(0.0, at - self._clock.now())):
            self.hit(strike)

    def _ended(self, ending: Ending) -> None:
        with self._lock:
            self._over.set()
        if self._strike and self._hit_by is not self._strike:
            self._strike.on_spared()
        self._on_end(self._hit_by.ending(ending) if self._hit_by else ending)


class IdleRun:
    """An attempt without a program: it ends at once, or only when it is stopped.

    Args:
        ending: how it ends by itself; None when it hangs.
        clock: goes on while it hangs.
        on_start: called when it runs; None when it cannot be started.
        on_end: called when it has ended.
    """

    def __init__(self, ending: Ending | None, clock: Clock, on_start: OnStart | None, on_end: OnEnd) -> None:
        self._ending = ending
        self._on_start = on_start
        self._on_end = on_end
        self._stopped = clock.event()
        # The caller of `start` holds a lock that the callbacks need.
        self._thread = clock.thread(self._live, name="fault")

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
