"""Time that jumps: in order, never over work, and from no event to the next at once."""

import threading
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.clocks.clock import Clock, RealClock
from constructs_lib.local.clocks.timer import Timer
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


class Nightly:
    """Something that happens every day, each time in a thread that takes so many hours."""

    def __init__(self, clock: VirtualClock, hours: float = 0) -> None:
        self.begun: list[float] = []
        self.ended: list[float] = []
        self._clock = clock
        self._hours = hours
        self._timer = Timer(clock, "nightly", starts=True)
        self._timer.at(1_000.0 + DAY, self._start)

    def _start(self) -> None:
        self.begun.append(self._clock.now())
        self._clock.thread(self._work).start()
        self._timer.at(self._clock.now() + DAY, self._start)

    def _work(self) -> None:
        self._clock.wait(self._clock.event(), self._hours * 3600)
        self.ended.append(self._clock.now())

    def close(self) -> None:
        self._timer.close()


def test_a_month_of_nights_passes_when_somebody_lets_it(clock: VirtualClock) -> None:
    nightly = Nightly(clock, hours=8)
    time.sleep(0.02)
    assert clock.now() == 1_000.0, "no time passes for a schedule"
    clock.advance(30 * DAY)
    assert nightly.begun == [1_000.0 + day * DAY for day in range(1, 31)], "the one of the last moment, too"
    assert clock.now() >= 1_000.0 + 30 * DAY
    nightly.close()


def test_what_runs_goes_on_up_to_the_next_start_and_no_further(clock: VirtualClock) -> None:
    nightly = Nightly(clock, hours=30)
    clock.advance(2 * DAY)
    until_len(nightly.ended, 1)
    with clock.working():
        pass  # a request, such as one that counts what has begun
    time.sleep(0.02)
    assert (len(nightly.begun), len(nightly.ended)) == (2, 1)
    with clock.passing():  # somebody waits for what runs
        until_len(nightly.ended, 2)
    assert len(nightly.begun) >= 3
    nightly.close()


def test_until_somebody_advances_the_time_who_asks_lets_one_start_happen(clock: VirtualClock) -> None:
    nightly = Nightly(clock)
    clock.thread(clock.wait, clock.event(), 10 * DAY).start()
    time.sleep(0.02)
    before = len(nightly.begun)
    assert before <= 1
    with clock.working():
        pass
    until_len(nightly.begun, before + 1)
    time.sleep(0.02)
    assert len(nightly.begun) == before + 1
    nightly.close()


def until_len(values: list[float], count: int) -> None:
    deadline = time.monotonic() + 10
    while len(values) < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_watch_ends_in_the_time_that_passes_for_others(clock: VirtualClock) -> None:
    woken: list[float] = []

    def watch() -> None:
        assert not clock.watch(clock.event(), 10)
        woken.append(clock.now())

    thread = clock.thread(watch)
    thread.start()
    clock.wait(clock.event(), 25)
    thread.join()
    assert woken == [1_010.0]


def test_time_does_not_go_back(clock: VirtualClock) -> None:
    for seconds in (-1.0, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="expected at least 0"):
            clock.advance(seconds)
