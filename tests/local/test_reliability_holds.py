"""What the rules of reliability say happens to their own examples: when jobs fail, never start, or are stopped."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest

from constructs_lib.checks.rules import rules
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.faults import FaultPlan, ThrottleSubmit
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.scheduler.jobs.job import Job
from tests.local.proving_ground import JOB_SECONDS, REGION, Ground, completed

pytestmark = pytest.mark.local

SOON: Final = timedelta(minutes=10)


class Jobs:
    """How jobs end: well, but for as many of the first ones as are told to fail."""

    failing = 0

    def __call__(self, job: Job) -> tuple[float, Ending]:
        """After half a minute; one that fails ends before the others."""
        del job
        if not self.failing:
            return JOB_SECONDS, Ending(0)
        self.failing -= 1
        return JOB_SECONDS / 2, Ending(1)


JOBS: Final = Jobs()


@dataclass(frozen=True)
class Ran:
    """An execution and its jobs, as AWS describes them."""

    execution: dict[str, Any]
    jobs: list[dict[str, Any]]

    @property
    def status(self) -> str:
        """Of the execution."""
        return str(self.execution["status"])

    @property
    def statuses(self) -> list[str]:
        """Of the jobs."""
        return sorted(job["status"] for job in self.jobs)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    clock = VirtualClock()
    runner = SimulatedRunner(JOBS, clock)
    with EmbeddedAws(tmp_path_factory.mktemp("aws"), clock=clock, runner=runner, region=REGION) as aws:
        yield Ground(aws)


def example(code: str, value: str) -> dict[str, Any]:
    """An example of a rule."""
    found = next(rule.example for rule in rules() if rule.id == code)
    return completed(found.with_value(getattr(found, value)))


@contextmanager
def started(ground: Ground, template: dict[str, Any], items: Sequence[int] = ()) -> Iterator[tuple[str, set[str]]]:
    """The execution of the only state machine of a template, with the jobs that were there before."""
    states = ground.aws.client("stepfunctions")
    with ground.deployed(template) as stack, ground.aws.clock.working():
        before = {job.id for job in ground.aws.batch.jobs()}
        given = json.dumps({"items": [*items]})
        machine = ground.resources(stack)["Machine"]
        arn = str(states.start_execution(stateMachineArn=machine, input=given)["executionArn"])
        yield arn, before
        for job in ground.aws.batch.jobs():
            if job.id not in before:
                ground.batch.terminate_job(jobId=job.id, reason="The example is over.")
        states.stop_execution(executionArn=arn)


def looked_at(ground: Ground, arn: str, before: set[str]) -> Ran:
    """An execution as it is now."""
    [execution] = ground.ended([arn])
    return Ran(execution, ground.jobs([job.id for job in ground.aws.batch.jobs() if job.id not in before]))


def run(
    ground: Ground, template: dict[str, Any], *, items: Sequence[int] = (), after: timedelta = SOON, failing: int = 0
) -> Ran:
    """What became of an execution after some time, of whose jobs the first ones fail."""
    JOBS.failing = failing
    try:
        with started(ground, template, items) as (arn, before):
            ground.aws.advance(after)
            return looked_at(ground, arn, before)
    finally:
        JOBS.failing = 0


@pytest.mark.parametrize(("value", "status"), [("wrong", "FAILED"), ("right", "SUCCEEDED")])
def test_a_throttled_submit_fails_its_execution_unless_it_is_repeated(ground: Ground, value: str, status: str) -> None:
    with ground.aws.faults.during(FaultPlan([ThrottleSubmit(times=2)])):
        ran = run(ground, example("CHECK503", value))
    assert ran.status == status
    assert ran.execution.get("error", "Batch.TooManyRequestsException") == "Batch.TooManyRequestsException"


@pytest.mark.parametrize(("value", "jobs"), [("wrong", 6), ("right", 1)])
def test_a_program_that_fails_is_run_again_and_again_by_a_retry_of_every_failure(
    ground: Ground, value: str, jobs: int
) -> None:
    ran = run(ground, example("CHECK504", value), failing=100)
    assert (ran.status, ran.statuses) == ("FAILED", ["FAILED"] * jobs)


@pytest.mark.parametrize(("value", "attempts"), [("wrong", 3), ("right", 1)])
def test_what_no_condition_fits_is_tried_again(ground: Ground, value: str, attempts: int) -> None:
    [job] = run(ground, example("CHECK505", value), failing=100).jobs
    assert (job["status"], len(job["attempts"])) == ("FAILED", attempts)


@pytest.mark.parametrize(("value", "status"), [("wrong", "FAILED"), ("right", "SUCCEEDED")])
def test_one_item_ends_the_jobs_of_the_others_and_the_execution_unless_that_is_caught(
    ground: Ground, value: str, status: str
) -> None:
    ran = run(ground, example("CHECK506", value), items=range(3), failing=1)
    assert (ran.status, ran.statuses) == (status, ["FAILED"] * 3)


@pytest.mark.parametrize(("value", "status"), [("wrong", "RUNNING"), ("right", "FAILED")])
def test_a_stop_ends_jobs_that_the_role_may_terminate(ground: Ground, value: str, status: str) -> None:
    with started(ground, example("CHECK507", value)) as (arn, before):
        ground.aws.advance(timedelta(seconds=10))
        ground.aws.client("stepfunctions").stop_execution(executionArn=arn)
        ground.aws.advance(timedelta(seconds=5))
        ran = looked_at(ground, arn, before)
    assert (ran.status, ran.statuses) == ("ABORTED", [status])


@pytest.mark.parametrize(("value", "status"), [("wrong", "SUCCEEDED"), ("right", "FAILED")])
def test_an_execution_that_does_not_wait_succeeds_whatever_its_job_does(
    ground: Ground, value: str, status: str
) -> None:
    ran = run(ground, example("CHECK508", value), failing=1)
    assert (ran.status, ran.statuses) == (status, ["FAILED"])


@pytest.mark.parametrize(("value", "status"), [("wrong", "RUNNING"), ("right", "FAILED")])
def test_an_answer_that_never_comes_is_waited_for(ground: Ground, value: str, status: str) -> None:
    ran = run(ground, example("CHECK509", value), after=timedelta(days=300))
    assert (ran.status, ran.jobs) == (status, [])
    assert ran.execution.get("error", "States.Timeout") == "States.Timeout"


@pytest.mark.parametrize(
    ("value", "expected"), [("wrong", ("RUNNING", ["RUNNABLE"])), ("right", ("FAILED", ["FAILED"]))]
)
def test_a_job_that_no_instance_holds_is_waited_for_unless_its_queue_ends_it(
    ground: Ground, value: str, expected: tuple[str, list[str]]
) -> None:
    template = example("CHECK510", value)
    size = template["Resources"]["Job"]["Properties"]["ContainerProperties"]["ResourceRequirements"]
    size[1]["Value"] = "100000000"
    ran = run(ground, template, after=timedelta(days=300))
    assert (ran.status, ran.statuses) == expected
