"""What a plan says against what the embedded AWS then does in virtual time, for pipelines of six shapes."""

import json
import random
import sys
from collections.abc import Iterator
from math import log
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.account import Location
from constructs_lib.local.apps.assembly import Assembly, load
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.apps.synthesis import synthesize
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.ops import Account
from constructs_lib.ops.planning import Plan, plan
from constructs_lib.ops.planning.assumptions import Starts
from constructs_lib.ops.planning.deployed import parts_of_deployed
from constructs_lib.ops.planning.parts import Parts
from constructs_lib.ops.planning.templates import parts_of
from constructs_lib.ops.planning.work import Work
from tests.conftest import Once
from tests.local.screens import Screens

pytestmark = pytest.mark.local

STARTS = Starts(instance=150.0, image=30.0, fargate=25.0)
RATE = 0.1
HOUR = 3_600.0

# Items and seconds of each; a merge takes longer than an item.
SHAPES = {
    "Array": Work(10_500, 45.0, seconds_of={"Merge": 900.0}),
    "Map": Work(300, 400.0),
    "Stages": Work(500, 300.0, seconds_of={"Render": 700.0}),
    "Distributed": Work(2_000, 500.0),
    "Mixed": Work(600, 2 * HOUR),
    "Tasks": Work(52, 200.0),
}


class World:
    """What jobs meet in AWS: instances that start, images that are pulled, Spot capacity that is reclaimed."""

    def __init__(self) -> None:
        self.work = Work(0, 0.0)
        self.clock = VirtualClock(1_800_000_000.0)
        self._chance = random.Random(4)  # noqa: S311 - the same in each run
        self._ready: dict[Any, float] = {}
        self._left: dict[Any, float] = {}

    def begin(self, work: Work) -> None:
        """No instance runs yet."""
        self.work = work
        self._ready.clear()
        self._left.clear()

    def __call__(self, job: Job) -> tuple[float, Ending]:
        """A job takes its seconds from when its container runs."""
        seconds = self.work.seconds_of.get(self._name(job), self.work.seconds)
        ends = Ending(0)
        if "Spot" in job.environment:
            reclaimed_after = self._chance.expovariate(-log(1 - RATE)) * HOUR
            if reclaimed_after < seconds:
                seconds = reclaimed_after
                ends = Ending(137, status_reason="Host EC2 (instance i-0123456789abcdef0) terminated.")
        seconds += self._start(job)
        if job.instance:
            self._left[job.instance] = max(self._left.get(job.instance, 0.0), self.clock.now() + seconds)
        return seconds, ends

    def _name(self, job: Job) -> str:
        return next((name for name in self.work.seconds_of if name in job.spec.name), "")

    def _start(self, job: Job) -> float:
        if job.instance is None:
            return STARTS.fargate + STARTS.image
        now = self.clock.now()
        if job.instance not in self._ready:
            self._ready[job.instance] = now + STARTS.instance + STARTS.image
            # AWS does not stop an instance for whose place a job waits.
            for other, left in self._left.items():
                if other.shape == job.instance.shape and abs(left - now) < 0.001:
                    self._ready[job.instance] = now
                    del self._left[other]
                    break
        return max(0.0, self._ready[job.instance] - now)


@pytest.fixture(scope="session")
def assembly(once: Once) -> Assembly:
    here = Path(__file__).parent
    app = f"{sys.executable} {here / 'planned_pipelines.py'}"
    return load(once("planned_pipelines.out", lambda output: synthesize(output, app, here.parents[1])))


@pytest.fixture(scope="session")
def parts(assembly: Assembly) -> Parts:
    return parts_of(assembly, assembly.stack("Planned"), Location())


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[EmbeddedAws]:
    runner = SimulatedRunner(world, world.clock)
    with EmbeddedAws(tmp_path_factory.mktemp("run"), clock=world.clock, runner=runner) as made:
        yield made


@pytest.fixture(scope="module")
def deployment(aws: EmbeddedAws, assembly: Assembly) -> Deployment:
    return aws.deploy(assembly.stack("Planned"))


def done(aws: EmbeddedAws, deployment: Deployment, shape: str) -> tuple[float, Outcome, int]:
    """How many seconds an execution takes in the embedded AWS, its outcome, and its state transitions."""
    execution = Execution(aws, deployment.state_machine(shape), {"items": list(range(SHAPES[shape].items))})
    outcome = execution.wait()
    assert outcome.succeeded, (outcome.error, outcome.cause)
    states = aws.client("stepfunctions")
    described = states.describe_execution(executionArn=execution.arn)
    took = (described["stopDate"] - described["startDate"]).total_seconds()
    pages = states.get_paginator("get_execution_history").paginate(executionArn=execution.arn)
    return took, outcome, sum(event["type"].endswith("StateEntered") for page in pages for event in page["events"])


@pytest.mark.parametrize("shape", SHAPES)
def test_a_plan_says_what_the_execution_then_takes(
    aws: EmbeddedAws, deployment: Deployment, world: World, parts: Parts, shape: str
) -> None:
    world.begin(SHAPES[shape])
    said = plan(parts, SHAPES[shape], machine=shape, starts=STARTS, reclaim_rate=RATE, alternatives=False)
    took, outcome, transitions = done(aws, deployment, shape)
    usage = said.outcome.usage
    assert said.seconds == pytest.approx(took, rel=0.1)
    attempts = SHAPES[shape].items if shape == "Tasks" else sum(job.attempts for job in outcome.jobs)
    assert usage.attempts == pytest.approx(attempts, rel=0.05)
    if shape == "Distributed":  # its states are in executions of their own, one for each batch
        transitions += 3 * SHAPES[shape].items // 40
    assert said.outcome.requests.transitions == pytest.approx(transitions, abs=2 if shape == "Mixed" else 0)


def test_the_deployed_stack_is_planned_as_the_app_is(
    aws: EmbeddedAws, deployment: Deployment, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    deployed = parts_of_deployed(Account.open(), deployment.name)
    for shape in ("Map", "Stages"):
        of_app, of_stack = (
            plan(each, SHAPES[shape], machine=shape, starts=STARTS, reclaim_rate=RATE) for each in (parts, deployed)
        )
        assert told(of_stack) == told(of_app)


@pytest.mark.parametrize("shape", SHAPES)
def test_an_empty_list_takes_no_time_but_that_of_the_other_jobs(parts: Parts, shape: str) -> None:
    for items in (0, 1):
        made = plan(parts, Work(items, 60.0), machine=shape, starts=STARTS, reclaim_rate=RATE)
        others = 2 if shape == "Array" else 0
        stages = 3 if shape == "Stages" else 1
        assert made.outcome.usage.jobs == others + stages * items
        assert (made.seconds > 0) == bool(items or others)


def test_the_command_plans_a_deployed_stack(aws: EmbeddedAws, deployment: Deployment, parts: Parts) -> None:
    options = ("--state-machine", "Map", "--items", "300", "--seconds-per-item", "400", "--only", "--json")
    shown = Screens(aws).call("plan", deployment.name, "--endpoint", aws.endpoint_url, *options)
    assert shown.exit_code == 0, shown.output
    found = json.loads(shown.stdout)
    assert found["seconds"] == plan(parts, Work(300, 400.0), machine="Map", alternatives=False).seconds
    missing = Screens(aws).call("plan", "Nowhere", "--endpoint", aws.endpoint_url, *options)
    assert missing.exit_code == 2
    assert "no stack 'Nowhere'" in missing.output


def told(made: Plan) -> list[tuple[Any, ...]]:
    return [(choice.name, choice.outcome and choice.outcome.seconds, choice.bill) for choice in made.choices]
