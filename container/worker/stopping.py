"""SIGTERM: AWS takes the machine back (a Spot reclaim), or somebody terminated the job.

A job has 30 seconds from SIGTERM to SIGKILL, or what the job definition's stop timeout says:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

import _thread  # threading is not small
import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

EXIT_STOPPED = 128 + signal.SIGTERM
_PAUSE_SECONDS = 0.01


class Stopped(SystemExit):
    """Raised where the handler is when the job is stopped, so that its ``finally`` blocks run."""

    def __init__(self) -> None:
        super().__init__(EXIT_STOPPED)


class Stop:
    """Whether the job was told to stop, and what happens then."""

    __slots__ = ("_callbacks", "_held", "_masks", "arrived")

    def __init__(self) -> None:
        self.arrived = False
        self._callbacks: list[Callable[[], object]] = []
        self._held = 0
        self._masks: dict[int, set[signal.Signals]] = {}

    def listen(self) -> None:
        """React to SIGTERM; the first process of a container would ignore it otherwise."""
        signal.signal(signal.SIGTERM, self._arrive)
        told, tells = os.pipe()
        os.set_blocking(tells, False)
        signal.set_wakeup_fd(tells, warn_on_full_buffer=False)
        os.register_at_fork(before=self._hold, after_in_parent=self._release, after_in_child=self._leave_alone)
        _thread.start_new_thread(self._insist, (told, _thread.get_ident()))

    def ignore(self) -> None:
        """From here on the job ends by itself, soon."""
        # A function, not SIG_IGN: a program inherits that, and nothing short of SIGKILL would stop it then.
        signal.signal(signal.SIGTERM, _do_nothing)

    def call(self, callback: Callable[[], object]) -> None:
        """Call this before the job ends."""
        self._callbacks.append(callback)

    def __enter__(self) -> None:
        self._held += 1

    def __exit__(self, *_: object) -> None:
        self._held -= 1
        if self.arrived and not self._held:
            self._leave()

    def _arrive(self, _signal: int, _frame: FrameType | None) -> None:
        self.ignore()  # one notice is enough: a second one must not cut a checkpoint short
        self.arrived = True
        if not self._held:
            self._leave()

    def _insist(self, told: int, main: int) -> None:
        """Send a signal on to the thread that reacts to it: the system hands it to any of them."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        while os.read(told, 1):
            while not self.arrived and signal.getsignal(signal.SIGTERM) == self._arrive:
                signal.pthread_kill(main, signal.SIGTERM)
                time.sleep(_PAUSE_SECONDS)

    def _hold(self) -> None:
        """Keep a signal from a copy of this process until it is one of its own: until then, it tells us."""
        # Each thread has its own mask, and several may fork.
        self._masks[_thread.get_ident()] = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})

    def _release(self) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self._masks.pop(_thread.get_ident()))

    def _leave_alone(self) -> None:
        """A copy, as `multiprocessing` makes them, ends by a signal as others do: checkpoints are not its business."""
        signal.set_wakeup_fd(-1)
        if signal.getsignal(signal.SIGTERM) in (self._arrive, _do_nothing):
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self._release()

    def _leave(self) -> None:
        while self._callbacks:
            try:
                self._callbacks.pop()()
            except Exception:  # noqa: BLE001 - one failing checkpoint must not prevent the others
                sys.excepthook(*sys.exc_info())
        raise Stopped


def _do_nothing(_signal: int, _frame: FrameType | None) -> None:
    pass
