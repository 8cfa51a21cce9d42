"""Tells those who wait in a state that its environment has ended: stopped, timed out, or failed beside them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from constructs_lib.local.states.runtime import CURRENT


class EnvironmentListener:
    """Stands among the frames of an environment, as moto tells these of every end.

    Args:
        call: called when the environment ends, however it does.
    """

    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call

    def listen_to(self, env: Any) -> None:
        """Be told from now on; at once, if the environment has ended already."""
        with env._state_mutex:  # noqa: SLF001 so that the environment cannot end in between
            env._frames.append(self)  # noqa: SLF001 moto tells frames only
            if not env.is_running():
                self._call()

    def set_ended(self) -> None:
        """Take the end that a state has by itself."""
        self._call()

    def set_error(self, error: Any) -> None:  # noqa: ARG002 moto's signature
        """Take a failure."""
        self._call()

    def set_timed_out(self) -> None:
        """Take the end of the time."""
        self._call()

    def set_stop(self, stop_date: Any, cause: str | None, error: str | None) -> None:  # noqa: ARG002
        """Take StopExecution, or what stops the branches beside one that failed."""
        self._call()


@contextmanager
def interruption(env: Any) -> Iterator[threading.Event]:
    """Give an event that is set when an environment ends, or has ended already."""
    event = CURRENT.runtime.clock.event()
    listener = EnvironmentListener(event.set)
    listener.listen_to(env)
    try:
        yield event
    finally:
        env.delete_frame(listener)


def pause(env: Any, seconds: float) -> None:
    """Let time pass, unless the environment ends before."""
    with interruption(env) as ended:
        CURRENT.runtime.clock.wait(ended, max(0.0, seconds))
