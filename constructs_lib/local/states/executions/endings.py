"""The end of all executions, before moto is what it was: none of them is to go on without what we changed."""

import threading
import time
from dataclasses import replace

from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from moto.stepfunctions.parser.utils import TMP_THREADS

from constructs_lib.local.states.runtime import CURRENT

_GRACE_SECONDS = 2.0
_LOOK_SECONDS = 0.005


def end_executions() -> None:
    """Stop the executions that run, and wait for their threads; nobody hears of these ends.

    A thread that has not ended after two seconds is left alone: it is a daemon.
    """
    CURRENT.runtime = replace(CURRENT.runtime, status_changed=lambda _: None)
    deadline = time.monotonic() + _GRACE_SECONDS
    while (running := [thread for thread in TMP_THREADS if thread.is_alive()]) and time.monotonic() < deadline:
        _stop_all()  # again and again: one may be about to begin
        threading.Thread.join(running[0], _LOOK_SECONDS)
    TMP_THREADS[:] = running  # moto never forgets one


def _stop_all() -> None:
    for _, _, backend in list(stepfunctions_parser_backends.iter_backends()):
        for execution in backend._get_executions():  # noqa: SLF001 moto has no other way
            env = getattr(execution.exec_worker, "env", None)
            if env is not None and env.is_running():
                env.set_stop(stop_date=CURRENT.runtime.moment(), cause=None, error=None)
