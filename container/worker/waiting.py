"""Waiting for a call that does not look at signals."""

from __future__ import annotations

import _thread  # threading is not small

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is a module too, and not a small one
    from collections.abc import Callable
    from typing import Any


def wait_for(call: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    """What a call returns, or else raises, from a thread of its own.

    A signal is acted upon while this waits, which a request inside of Rust would put off until S3 has answered: a
    job that is stopped has 30 seconds. The request then ends with the process.
    """
    outcome: list[tuple[Any, BaseException | None]] = []
    running = _thread.allocate_lock()

    def run() -> None:
        try:
            outcome.append((call(), None))
        except BaseException as error:  # noqa: BLE001 - told to whoever waits
            outcome.append((None, error))
        finally:
            running.release()

    running.acquire()
    _thread.start_new_thread(run, ())
    running.acquire()
    return outcome[0]
