"""Jobs of several containers: order, ends, stops, and places for all containers of a job at once."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.runners import Ending, OnEnd, OnStart
from constructs_lib.local.runners.several import MultiContainerRunner, PartJob, shared_directories
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.scheduler.jobs.attempt import Attempt
from constructs_lib.local.scheduler.jobs.job import Job, JobSpec, Part

OK, NEVER = Ending(0), Ending(None, "stopped before it started")


class Single:
    """A runner of single containers that does what a test says, by their names."""

    def __init__(self) -> None:
        self.jobs: dict[str, PartJob] = {}
        self.stopped: list[str] = []
        self._calls: dict[str, tuple[OnStart, OnEnd]] = {}

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> Any:
        name = job.spec.name
        self.jobs[name] = cast("PartJob", job)
        self._calls[name] = (on_start, on_end)
        return SimpleNamespace(stop=lambda _: self.stopped.append(name))

    def close(self, grace: float) -> None:
        """Nothing runs."""

    def run(self, *names: str) -> None:
        for name in names:
            self._calls[name][0]()

    def end(self, name: str, ending: Ending = OK) -> None:
        self._calls[name][1](ending)


def part(name: str, *, essential: bool = False, **after: str) -> Part:
    mounts = {"volumes": [{"name": "work"}], "mountPoints": [{"sourceVolume": "work", "containerPath": "/exchange"}]}
    spec = SimpleNamespace(name=name, container=mounts, log_prefix=f"log/{name}/")
    return Part(name, cast("JobSpec", spec), essential, after)


class Several:
    """One job with the given containers, and what was told of it."""

    def __init__(self, runner: MultiContainerRunner, *parts: Part, job_id: str = "job") -> None:
        spec = SimpleNamespace(name="job", parts=parts)
        self.job = Job(job_id, cast("JobSpec", spec), 0.0, attempts=[Attempt("environment", f"log/main/{job_id}-1")])
        self.told: list[object] = []
        self.run = runner.start(self.job, lambda: self.told.append("started"), self.told.append)

    @property
    def exit_codes(self) -> Mapping[str, int | None]:
        return {name: attempt.exit_code for name, attempt in self.job.attempts[-1].containers}


@pytest.fixture
def single() -> Single:
    return Single()


@pytest.fixture
def runner(single: Single, tmp_path: Path) -> MultiContainerRunner:
    return MultiContainerRunner(single, tmp_path, None, RealClock())


MAIN = part("main", essential=True)


def test_a_job_of_one_container_goes_straight_through(single: Single, runner: MultiContainerRunner) -> None:
    job = Several(runner)
    assert list(single.jobs.values()) == [job.job]


def test_it_runs_when_all_have_started_and_ends_with_the_essential_one(
    single: Single, runner: MultiContainerRunner
) -> None:
    job = Several(runner, MAIN, part("side"))
    single.run("main")
    assert job.told == []
    single.run("side")
    assert job.told == ["started"]
    single.end("main")
    assert (single.stopped, job.told) == (["side"], ["started"])
    single.end("side", Ending(143))
    assert job.told == ["started", OK]
    assert job.exit_codes == {"main": 0, "side": 143}


def test_what_is_not_essential_may_fail(single: Single, runner: MultiContainerRunner) -> None:
    job = Several(runner, MAIN, part("side"))
    single.run("main", "side")
    single.end("side", Ending(1))
    assert not single.stopped
    single.end("main")
    assert job.told[-1] == OK


@pytest.mark.parametrize(
    ("condition", "happens", "starts"),
    [
        ("START", [], False),
        ("START", ["start"], True),
        ("COMPLETE", ["start"], False),
        ("COMPLETE", ["start", 3], True),
        ("SUCCESS", ["start"], False),
        ("SUCCESS", ["start", 0], True),
    ],
)
def test_a_container_starts_when_its_condition_holds(
    single: Single, runner: MultiContainerRunner, condition: str, happens: list[str | int], starts: bool
) -> None:
    job = Several(runner, part("main", essential=True, first=condition), part("first"))
    for event in happens:
        if isinstance(event, int):
            single.end("first", Ending(event))
        else:
            single.run("first")
    assert ("main" in single.jobs) is starts
    assert job.told == []


def test_success_that_fails_ends_the_job(single: Single, runner: MultiContainerRunner) -> None:
    job = Several(runner, part("main", essential=True, first="SUCCESS"), part("first"), part("side"))
    single.run("first", "side")
    single.end("first", Ending(3))
    assert single.stopped == ["side"]
    single.end("side", Ending(143))
    reason = "main needs the success of first, which ended with exit code 3"
    assert job.told == [Ending(None, reason, "Essential container in task exited")]  # a program failed, not its start
    assert "main" not in single.jobs


def test_a_container_that_cannot_start_ends_the_job(single: Single, runner: MultiContainerRunner) -> None:
    job = Several(runner, MAIN, part("side"))
    single.run("main")
    problem = Ending(None, "CannotPullContainerError: no")
    single.end("side", problem)
    single.end("main", Ending(143))
    assert job.told == [problem]


def test_of_several_essential_ones_the_first_that_failed_counts(single: Single, runner: MultiContainerRunner) -> None:
    job = Several(runner, MAIN, part("other", essential=True), part("third", essential=True))
    single.run("main", "other", "third")
    single.end("main")
    single.end("third", Ending(9))
    single.end("other", Ending(143))
    assert job.told == ["started", Ending(9)]


def test_a_short_main_has_run_even_if_another_has_not(single: Single, runner: MultiContainerRunner) -> None:
    job = Several(runner, MAIN, part("side", main="START"))
    single.run("main")
    single.end("main")
    single.end("side", NEVER)
    assert job.told == ["started", OK]


def test_stop_reaches_what_runs_and_nothing_starts_after_it(single: Single, runner: MultiContainerRunner) -> None:
    job = Several(runner, part("main", essential=True, first="COMPLETE"), part("first"))
    single.run("first")
    job.run.stop(1)
    single.end("first", Ending(143))
    assert (single.stopped, "main" in single.jobs) == (["first"], False)
    assert job.told[-1] == NEVER


def test_jobs_begin_when_all_of_their_containers_have_a_place(single: Single, tmp_path: Path) -> None:
    runner = MultiContainerRunner(single, tmp_path, 3, RealClock())
    first = Several(runner, part("a1", essential=True), part("a2"))
    second = Several(runner, part("b1", essential=True), part("b2"))
    third = Several(runner, part("c1", essential=True))
    assert single.jobs.keys() == {"a1", "a2"}  # c1 would fit, and waits for its turn
    second.run.stop(1)
    assert second.told == []
    single.run("a1", "a2")
    single.end("a1")
    single.end("a2")
    assert first.told == ["started", OK]
    assert second.told == [NEVER]
    assert single.jobs.keys() == {"a1", "a2", "c1"}
    assert third.told == []


def test_a_job_that_is_larger_than_all_places_begins_alone(single: Single, tmp_path: Path) -> None:
    Several(MultiContainerRunner(single, tmp_path, 1, RealClock()), MAIN, part("side"))
    assert single.jobs.keys() == {"main", "side"}


def test_nothing_begins_after_the_close(single: Single, tmp_path: Path) -> None:
    runner = MultiContainerRunner(single, tmp_path, 1, RealClock())
    Several(runner, part("a", essential=True))
    Several(runner, part("b", essential=True))
    runner.close(0)
    single.run("a")
    single.end("a")
    assert "b" not in single.jobs


def test_containers_share_directories_of_their_attempt(
    single: Single, runner: MultiContainerRunner, tmp_path: Path
) -> None:
    Several(runner, MAIN, part("side"))
    shared = [shared_directories(job) for job in single.jobs.values()]
    assert shared == [{"/exchange": tmp_path / "job-1" / "work"}] * 2
    shared[0]["/exchange"].mkdir(parents=True)
    single.run("main", "side")
    single.end("main")
    single.end("side")
    assert not list(tmp_path.iterdir())


def test_the_times_of_containers_add_up_in_virtual_time(tmp_path: Path) -> None:
    clock = VirtualClock()
    seconds = {"first": 600.0, "main": 7_200.0, "watch": 1e9}
    simulated = SimulatedRunner(lambda job: (seconds[job.spec.name], OK), clock)
    runner = MultiContainerRunner(simulated, tmp_path, None, clock)
    ended = clock.event()
    spec = SimpleNamespace(
        name="job", parts=(part("first"), part("main", essential=True, first="SUCCESS"), part("watch"))
    )
    job = Job("job", cast("JobSpec", spec), 0.0, attempts=[Attempt("environment", "log/main/job-1")])
    began = clock.now()
    runner.start(job, lambda: None, lambda _: ended.set())
    clock.wait(ended, 1e6)
    runner.close(0)
    moments = {name: (attempt.started_at, attempt.stopped_at) for name, attempt in job.attempts[-1].containers}
    after = {name: tuple(round((moment or 0) - began) for moment in each) for name, each in moments.items()}
    assert after == {"first": (0, 600), "main": (600, 7_800), "watch": (0, 7_800)}


def test_a_job_of_one_container_shares_none() -> None:
    assert shared_directories(Job("job", cast("JobSpec", None), 0.0)) == {}
