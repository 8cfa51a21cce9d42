"""Waits for what runs in the embedded AWS, and tells meanwhile how many jobs are in each state."""

import time
from collections.abc import Callable
from typing import Protocol

from constructs_lib.local.runs.outcome import Outcome

FIRST_POLL_SECONDS = 0.02
LAST_POLL_SECONDS = 0.25
"""The time between two looks grows, so that looking takes nothing from long runs."""

Progress = Callable[[dict[str, int]], None]


class Running(Protocol):
    """What was started: an execution of a state machine, or jobs."""

    def wait(
        self,
        on_progress: Progress = lambda _: None,
        *,
        timeout: float | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> Outcome:
        """Wait for the end."""

    def stop(self) -> None:
        """Stop it."""


def follow(
    is_running: Callable[[], bool],
    counts: Callable[[], dict[str, int]],
    on_progress: Progress,
    *,
    timeout: float | None,
    pause: Callable[[float], None],
) -> bool:
    """Wait for the end of something.

    Args:
        is_running: whether it has not ended; asked again and again.
        counts: how many jobs are in each state.
        on_progress: gets these, again and again.
        timeout: give up after so many seconds. Default: never.
        pause: waits so many seconds between two looks, or raises what ends the wait.

    Returns:
        Whether it has ended.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    seconds = FIRST_POLL_SECONDS
    while is_running():
        on_progress(counts())
        if deadline is not None and time.monotonic() > deadline:
            return False
        pause(seconds)
        seconds = min(seconds * 1.5, LAST_POLL_SECONDS)
    on_progress(counts())
    return True
