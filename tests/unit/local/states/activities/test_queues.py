"""Tasks of activities by a clock that a test moves: who gets one, and when a missed heartbeat ends one."""

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcomeSuccess, HeartbeatTimeoutError

from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.patching import Patch, Patches
from constructs_lib.local.states.activities.queues import ActivityQueue, ActivityTask
from constructs_lib.local.states.activities.tasks import _wait_for_outcome
from constructs_lib.local.states.runtime import CURRENT, Runtime


class Clock(RealClock):
    """A clock on which every wait takes its time at once, after something has happened in it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.meanwhile: list[Callable[[], Any]] = []

    def now(self) -> float:
        return self.seconds

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        if self.meanwhile:
            self.meanwhile.pop(0)()
        else:
            assert seconds is not None, "nothing would ever happen"
            self.seconds += seconds
        return event.is_set()


@pytest.fixture
def clock() -> Iterator[Clock]:
    made = Clock()
    with Patches([Patch(CURRENT, "runtime", Runtime(clock=made))]):
        yield made


def started() -> ActivityTask:
    task = ActivityTask("token", "{}")
    assert task.start("ada")
    return task


ENV = SimpleNamespace(is_running=lambda: True)


def test_the_time_to_the_next_heartbeat_begins_anew_with_each(clock: Clock) -> None:
    task = started()

    def beat() -> None:
        clock.seconds += 9
        task.notify_heartbeat()

    clock.meanwhile = [beat, beat, beat]
    with pytest.raises(HeartbeatTimeoutError):
        _wait_for_outcome(task, ENV, 10)
    assert clock.seconds == 3 * 9 + 10


def test_an_outcome_that_comes_before_anybody_waits_is_taken(clock: Clock) -> None:
    task = started()
    task.notify(CallbackOutcomeSuccess("token", "1"))
    assert _wait_for_outcome(task, ENV, 10).output == "1"
    assert clock.seconds == 0


def test_a_poll_gives_up_after_its_time(clock: Clock) -> None:
    assert ActivityQueue().poll("ada", 60) is None
    assert clock.seconds == 60


def test_a_poll_gets_a_task_that_comes_meanwhile(clock: Clock) -> None:
    queue, task = ActivityQueue(), ActivityTask("token", "{}")
    clock.meanwhile = [lambda: queue.add(task)]
    assert queue.poll("ada", 60) is task
    assert (task.worker, clock.seconds) == ("ada", 0)


def test_a_task_that_has_ended_is_handed_to_nobody(clock: Clock) -> None:
    queue, ended, open_ = ActivityQueue(), ActivityTask("1", "{}"), ActivityTask("2", "{}")
    queue.add(ended)
    queue.add(open_)
    ended.interrupt_all()
    assert queue.poll(None, 1) is open_
    assert queue.poll(None, 1) is None
    assert clock.seconds == 1
