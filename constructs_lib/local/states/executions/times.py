"""Gap: moto's interpreter lives by this machine's time; here its threads, events and moments are those of the clock."""

import datetime as dt
import threading
import time
from types import ModuleType
from typing import Any

from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import job
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branch_worker, branches_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_callback
from moto.stepfunctions.parser.asl.eval import environment
from moto.stepfunctions.parser.asl.eval.callback import callback
from moto.stepfunctions.parser.asl.eval.event import event_manager
from moto.stepfunctions.parser.backend import execution, execution_worker, state_machine

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.runtime import CURRENT


def patches() -> list[Patch]:
    """Replace what the modules of moto know as `threading`, `time` and `datetime`."""
    threads = [job, branch_worker, branches_decl, state_task_service_callback, environment]
    moments = [models, state, branches_decl, event_manager, execution, state_machine]
    return [
        *(Patch(module, "threading", _StandIn(threading, Thread=_thread, Event=_event)) for module in threads),
        *(Patch(module, "datetime", _StandIn(dt, datetime=_Datetime)) for module in moments),
        Patch(state_task_service_callback, "time", _StandIn(time, sleep=_sleep)),
        Patch(callback, "Event", _event),
        Patch(execution_worker, "Thread", _thread),
    ]


class _StandIn:
    """A module, but for some names."""

    def __init__(self, module: ModuleType, **replacements: Any) -> None:
        self._module = module
        self.__dict__.update(replacements)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


class _Datetime(dt.datetime):
    """Moments of the clock."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:
        moment = CURRENT.runtime.moment()
        return moment.astimezone(tz) if tz else moment.replace(tzinfo=None)


def _event() -> threading.Event:
    return CURRENT.runtime.clock.event()


def _thread(
    target: Any,
    args: tuple[Any, ...] = (),
    name: str | None = None,
    *,
    daemon: bool = True,  # noqa: ARG001 all are
) -> threading.Thread:
    return CURRENT.runtime.clock.thread(target, *args, name=name)


def _sleep(seconds: float) -> None:
    CURRENT.runtime.clock.wait(CURRENT.runtime.clock.event(), seconds)
