"""Each fault of jobs alone, over a runner that only pretends to run."""

import threading
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.faults import (
    ExitCode,
    FaultPlan,
    Hang,
    LoseAgent,
    LoseResult,
    LoseWorker,
    OutOfMemory,
    PullFailure,
    Reclaim,
    StartFailure,
)
from constructs_lib.local.faults.jobs.runner import FaultyRunner
from constructs_lib.local.faults.kinds.fault import Fault
from constructs_lib.local.faults.kinds.job_faults import START_ERRORS, TimedFault
from constructs_lib.local.runners import Ending, OnEnd, OnStart
from constructs_lib.local.scheduler.jobs.job import Job
from tests.waiting import until

ON_INSTANCE = "Host EC2 (instance i-"


class Clock(RealClock):
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.time = 100.0
        self.passed = threading.Event()
        self.asked: list[float | None] = []

    def now(self) -> float:
        return self.time

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        self.asked.append(seconds)
        while not event.is_set() and not self.passed.wait(0.001):
            pass
        return event.is_set()


class Program:
    """An attempt that runs until it is stopped or told to end."""

    def __init__(self, on_start: OnStart, on_end: OnEnd) -> None:
        self.on_start = on_start
        self.on_end = on_end
        self.graces: list[float] = []
        self.ended = False

    def stop(self, grace: float) -> None:
        self.graces.append(grace)
        self.end(143)

    def end(self, code: int) -> None:
        if not self.ended:
            self.ended = True
            self.on_end(Ending(code))


class Programs:
    """The runner below."""

    def __init__(self) -> None:
        self.programs: list[Program] = []
        self.closed = False

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> Program:  # noqa: ARG002
        self.programs.append(Program(on_start, on_end))
        return self.programs[-1]

    def close(self, grace: float) -> None:
        self.closed = True
        for program in self.programs:
            program.stop(grace)


class Bench:
    """A faulty runner and one attempt that it runs."""

    def __init__(self, *faults: Fault, capacity: str = "SPOT") -> None:
        self.plan = FaultPlan(faults)
        self.clock = Clock()
        self.below = Programs()
        self.runner = FaultyRunner(lambda: self.plan, self.below, lambda _: capacity, self.clock)
        self.started = threading.Event()
        self.ended = threading.Event()
        self.endings: list[Ending] = []

    def start(self, *, index: int | None = 0, attempt: int = 1, instance: object = None) -> Any:
        return self.runner.start(job(index, attempt, instance), self.started.set, self._end)

    def _end(self, ending: Ending) -> None:
        self.endings.append(ending)
        self.ended.set()

    def ending(self) -> Ending:
        assert self.ended.wait(5)
        [ending] = self.endings
        return ending

    def wait_for_endings(self, count: int) -> None:
        until(lambda: len(self.endings) >= count)
        assert len(self.endings) == count

    @property
    def program(self) -> Program:
        [program] = self.below.programs
        return program


def job(index: int | None, attempts: int, instance: object = None) -> Job:
    spec = SimpleNamespace(name="work", container={"environment": []})
    made = [SimpleNamespace(environment="arn")] * attempts
    return cast("Job", SimpleNamespace(id=f"id:{index}", index=index, spec=spec, attempts=made, instance=instance))


KILLED = [
    (ExitCode(7), Ending(7)),
    (ExitCode(0), Ending(0)),
    (OutOfMemory(), Ending(137, "OutOfMemoryError: Container killed due to memory usage")),
    (LoseWorker(), Ending(137)),
    (LoseAgent(), Ending(None, status_reason="Task stopped: the container agent is disconnected.")),
]


@pytest.mark.parametrize(("fault", "ending"), KILLED)
def test_a_program_that_is_killed_at_its_start_does_nothing(fault: Fault, ending: Ending) -> None:
    bench = Bench(fault)
    bench.start()
    assert bench.ending() == ending
    assert bench.started.is_set()
    assert bench.below.programs == []
    assert [(item.at, item.fault) for item in bench.plan.injected] == [(100.0, fault)]
    assert bench.plan.unmet() == []


@pytest.mark.parametrize(("fault", "ending"), KILLED)
def test_a_program_that_is_killed_later_runs_until_then(fault: TimedFault, ending: Ending) -> None:
    bench = Bench(replace(fault, after=5.0))
    bench.start()
    bench.program.on_start()
    assert bench.program.graces == []
    bench.clock.passed.set()
    assert bench.ending() == ending
    assert bench.program.graces == [0]


@pytest.mark.parametrize(
    ("fault", "capacity", "grace", "ending"),
    [
        (Reclaim(after=5.0), "FARGATE_SPOT", 120, Ending(143, None, "Your Spot Task was interrupted.")),
        (Reclaim(after=5.0, notice=0), "FARGATE_SPOT", 0, Ending(143, None, "Your Spot Task was interrupted.")),
    ],
)
def test_a_program_that_is_struck(fault: Fault, capacity: str, grace: float, ending: Ending) -> None:
    bench = Bench(fault, capacity=capacity)
    bench.start()
    bench.program.on_start()
    assert bench.started.is_set()
    bench.clock.passed.set()
    assert bench.ending() == ending
    assert bench.program.graces == [grace]
    assert [(item.at, item.fault) for item in bench.plan.injected] == [(100.0, fault)]
    assert bench.plan.unmet() == []


def test_a_program_that_is_reclaimed_at_its_start_does_nothing() -> None:
    bench = Bench(Reclaim(), capacity="FARGATE_SPOT")
    bench.start()
    assert bench.ending() == Ending(143, None, "Your Spot Task was interrupted.")
    assert bench.started.is_set()
    assert bench.below.programs == []
    assert [item.at for item in bench.plan.injected] == [100.0]


def test_a_reclaimed_instance_takes_the_exit_code_with_it() -> None:
    bench = Bench(Reclaim())
    bench.start()
    ending = bench.ending()
    assert (ending.exit_code, ending.reason) == (None, None)
    assert ending.status_reason is not None
    assert ending.status_reason.startswith(ON_INSTANCE)
    assert ending.status_reason.endswith(") terminated.")
    again = Bench(Reclaim())
    again.start()
    assert again.ending() == ending, "the same seed, the same instance"


def test_a_fault_waits_by_the_clock() -> None:
    bench = Bench(ExitCode(7, after=30))
    bench.start()
    bench.program.on_start()
    assert not bench.ended.wait(0.02)
    assert bench.clock.asked == [30]
    bench.clock.time = 130.0
    bench.clock.passed.set()
    assert bench.ending() == Ending(7)
    assert [item.at for item in bench.plan.injected] == [130.0]


def test_a_program_that_ends_before_is_spared() -> None:
    bench = Bench(ExitCode(7, after=30))
    bench.start()
    bench.program.on_start()
    bench.program.end(0)
    assert bench.ending() == Ending(0)
    assert bench.plan.injected == []
    assert bench.plan.unmet() == [
        "fault 1 (exit-code:code=7,after=30) never happened: the program ended, or was stopped, before it was time",
    ]


def test_a_program_that_is_stopped_before_is_spared() -> None:
    bench = Bench(OutOfMemory(after=30))
    run = bench.start()
    bench.program.on_start()
    run.stop(30)
    assert bench.ending() == Ending(143)
    assert (bench.program.graces, bench.plan.injected) == ([30], [])


@pytest.mark.parametrize(
    ("capacity", "members"),
    [("EC2", ("reason", "status_reason")), ("FARGATE", ("status_reason", None))],
)
def test_an_image_that_cannot_be_pulled_starts_nothing(capacity: str, members: tuple[str, str | None]) -> None:
    bench = Bench(PullFailure(), capacity=capacity)
    bench.start()
    ending = bench.ending()
    assert getattr(ending, members[0]).startswith("CannotPullContainerError: ")
    assert members[1] is None or getattr(ending, members[1]) == "Task failed to start"
    assert (ending.exit_code, bench.started.is_set(), bench.below.programs) == (None, False, [])


@pytest.mark.parametrize("error", START_ERRORS)
@pytest.mark.parametrize("capacity", ["EC2", "FARGATE"])
def test_a_container_that_cannot_be_started_says_so(capacity: str, error: str) -> None:
    bench = Bench(StartFailure(error=error), capacity=capacity)
    bench.start()
    ending = bench.ending()
    on_fargate = capacity == "FARGATE"
    shown = "ContainerRuntimeTimeoutError" if on_fargate and error == "DockerTimeoutError" else error
    assert (ending.status_reason if on_fargate else ending.reason or "").startswith(f"{shown}: ")
    assert on_fargate or ending.status_reason == "Task failed to start"
    assert (ending.exit_code, bench.started.is_set(), bench.below.programs) == (None, False, [])


def test_a_lost_result_is_a_success_of_a_program_that_never_ran() -> None:
    bench = Bench(LoseResult())
    bench.start()
    assert bench.ending() == Ending(0)
    assert (bench.started.is_set(), bench.below.programs) == (True, [])


def test_a_hanging_attempt_runs_until_it_is_stopped() -> None:
    bench = Bench(Hang())
    run = bench.start()
    assert bench.started.wait(5)
    assert not bench.ended.wait(0.02)
    run.stop(30)
    assert bench.ending() == Ending(143)


def test_closing_ends_what_hangs_and_what_runs() -> None:
    bench = Bench(Hang(index=0))
    bench.start(index=0)
    bench.start(index=1)
    assert bench.started.wait(5)
    bench.runner.close(grace=2)
    assert bench.below.closed
    assert bench.program.graces == [2]
    assert bench.endings == [Ending(143), Ending(143)]


def test_callbacks_come_after_the_start() -> None:
    """The caller holds a lock in start() that both callbacks take."""
    for fault in (Hang(), PullFailure(), LoseResult()):
        bench = Bench(fault)
        lock = threading.Lock()
        order: list[str] = []

        def note(what: str, lock: threading.Lock = lock, order: list[str] = order) -> None:
            with lock:
                order.append(what)

        with lock:
            run = bench.runner.start(job(0, 1), lambda note=note: note("start"), lambda _, note=note: note("end"))
            order.append("begun")
        run.stop(0)
        bench.runner.close(0)
        assert order[0] == "begun"
        assert order[-1] == "end"


def test_attempts_that_no_fault_selects_run_as_ever() -> None:
    bench = Bench(Hang(index=5))
    bench.start()
    bench.program.on_start()
    bench.program.end(3)
    assert bench.ending() == Ending(3)


def test_a_later_attempt_of_a_job_has_its_own_fault() -> None:
    bench = Bench(ExitCode(7, attempt=2))
    bench.start(attempt=1)
    assert bench.plan.injected == []
    bench.start(attempt=2)
    assert bench.ending() == Ending(7)


def test_an_instance_takes_all_that_runs_there_with_it() -> None:
    bench = Bench(Reclaim(index=0))
    first, second = object(), object()
    for index, instance in ((1, first), (2, second), (3, first)):
        bench.start(index=index, instance=instance)
    bench.below.programs[2].end(0)
    bench.start(index=0, instance=first)
    bench.wait_for_endings(3)
    assert [program.graces for program in bench.below.programs] == [[120], [], []]
    ended, *lost = bench.endings
    assert ended == Ending(0)
    assert len({ending.status_reason for ending in lost}) == 1, "all of the same instance"
    assert [str(item) for item in bench.plan.injected] == [
        "reclaim: work item 0, attempt 1",
        "reclaim: work item 1, attempt 1",
    ]


def test_what_else_would_have_struck_there_is_spared() -> None:
    bench = Bench(Reclaim(index=0), ExitCode(7, index=1, after=30))
    instance = object()
    bench.start(index=1, instance=instance)
    bench.below.programs[0].on_start()
    bench.start(index=0, instance=instance)
    bench.wait_for_endings(2)
    assert [str(ending.status_reason)[:9] for ending in bench.endings] == ["Host EC2 ", "Host EC2 "]
    [line] = bench.plan.unmet()
    assert line.startswith("fault 2 (exit-code:code=7,index=1,after=30) never happened: the program ended, or was")
