"""Time that jumps: in order, never over work, and from no event to the next at once."""

import threading
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.clocks.clock import Clock, RealClock
from constructs_lib.local.clocks.virtual_clock import VirtualClock

DAY = 24 * 60 * 60


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(1_000.0)


def test_a_wait_of_a_year_takes_no_time(clock: VirtualClock) -> None:
    begun = time.monotonic()
    assert not clock.wait(clock.event(), 365 * DAY)
    assert clock.now() == 1_000 + 365 * DAY
    assert time.monotonic() - begun < 60


def test_it_begins_now() -> None:
    assert VirtualClock().now() == pytest.approx(time.time(), abs=60)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=12))
def test_threads_wake_in_the_order_of_their_times(pauses: list[float]) -> None:
    clock, woken = VirtualClock(0.0), list[tuple[float, float]]()

    def sleep(pause: float) -> None:
        clock.wait(clock.event(), pause)
        woken.append((pause, clock.now()))

    threads = [clock.thread(sleep, pause) for pause in pauses]
    with clock.working():  # all of them start at the same time
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join()
    assert [now for _, now in woken] == sorted(pauses)
    assert all(pause == now for pause, now in woken)


def test_who_is_woken_by_an_event_has_its_turn_before_the_time_goes_on(clock: VirtualClock) -> None:
    asked, answered, seen = clock.event(), clock.event(), list[float]()

    def answer() -> None:
        asked.wait()
        time.sleep(0.05)  # what works takes no time, however long it takes
        seen.append(clock.now())
        answered.set()

    clock.thread(answer).start()
    with clock.working():
        asked.set()
        assert clock.wait(answered, 10)
    assert seen == [1_000.0]
    assert clock.now() == 1_000.0


def test_the_time_stands_still_while_somebody_works(clock: VirtualClock) -> None:
    sleeper = clock.thread(clock.wait, clock.event(), DAY)
    clock.begin()
    sleeper.start()
    time.sleep(0.02)
    assert (clock.now(), sleeper.is_alive()) == (1_000.0, True)
    clock.end()
    sleeper.join()
    assert (clock.now(), sleeper.is_alive()) == (1_000.0 + DAY, False)


def test_work_is_handed_from_thread_to_thread_without_a_gap(clock: VirtualClock) -> None:
    seen: list[float] = []

    def take_over() -> None:
        with clock.working():
            clock.end()
            time.sleep(0.02)
            seen.append(clock.now())
            clock.wait(clock.event(), 5)
            seen.append(clock.now())

    sleeper = clock.thread(clock.wait, clock.event(), 1)
    clock.begin()
    sleeper.start()
    thread = threading.Thread(target=take_over)
    thread.start()
    thread.join()
    assert seen == [1_000.0, 1_005.0]


def test_waits_for_nothing_end_at_once(clock: VirtualClock) -> None:
    event = clock.event()
    assert not clock.wait(event, 0)
    assert not clock.wait(event, -1)
    event.set()
    assert clock.wait(event)
    assert event.wait(5)
    assert clock.now() == 1_000.0
    event.clear()
    assert not event.is_set()


def test_a_thread_that_fails_lets_the_time_go_on(clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)

    def fail() -> None:
        raise LookupError

    thread = clock.thread(fail)
    thread.start()
    threading.Thread.join(thread)
    clock.wait(clock.event(), 1)
    assert clock.now() == 1_001.0


def test_a_foreign_event_is_refused(clock: VirtualClock) -> None:
    with pytest.raises(TypeError, match="an event that this clock made"):
        clock.wait(threading.Event(), 1)


@pytest.mark.parametrize("clock", [RealClock(), VirtualClock()])
def test_both_clocks_do_the_same(clock: Clock) -> None:
    moments, done = [clock.now()], clock.event()

    def work() -> None:
        assert not clock.wait(clock.event(), 0.01)
        moments.append(clock.now())
        done.set()

    thread = clock.thread(work, name="worker")
    thread.start()
    with clock.working():
        assert clock.wait(done, 10)
    thread.join(10)
    assert not thread.is_alive()
    assert thread.name == "worker"
    assert thread.daemon
    moments.append(clock.now())
    assert all(before <= after for before, after in pairwise(moments))
    assert clock.wait(done, 1e12)
