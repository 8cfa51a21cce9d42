"""Array jobs of which very many children fail: AWS Batch lists them page by page, and each is in the summary.

A thousand children fail at once; ten thousand, the most of an array, in `make nightly`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.workflows.fan_out.jobs.array_children import CHILDREN_PER_PAGE
from tests.properties import NIGHTLY

pytestmark = [pytest.mark.local, pytest.mark.larger_at_night]

# As long as AWS's reasons get, so that a page is as large as one can be.
LONG = "x" * 400
ENDINGS = {
    "failed": Ending(1, f"Error: {LONG}", "Essential container in task exited"),
    "reclaimed": Ending(None, None, f"Host EC2 (instance i-0123456789abcdef0) terminated. {LONG}"),
    "out of memory": Ending(137, f"OutOfMemoryError: Container killed due to memory usage {LONG}"),
}
MOST = 10_000 if NIGHTLY else 1_000
MOST_OF_A_BATCH = min(MOST, 7_000)  # of items as short as these; more are more bytes than a batch may have
EDGES = [CHILDREN_PER_PAGE - 1, CHILDREN_PER_PAGE, CHILDREN_PER_PAGE + 1, 2 * CHILDREN_PER_PAGE]


class Failures:
    """The first children of each array fail at their first attempt of all: a later round succeeds."""

    def __init__(self) -> None:
        self.count = 0
        self.ending = Ending(1)

    def __call__(self, job: Job) -> tuple[float, Ending]:
        memory = {entry["type"]: entry["value"] for entry in job.spec.container["resourceRequirements"]}["MEMORY"]
        first_round = "Spot" in job.spec.queue.arn and memory == "512"
        fails = first_round and (job.index or 0) < self.count
        return 60.0, self.ending if fails else Ending(0)


@pytest.fixture(scope="module")
def failures() -> Failures:
    return Failures()


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory, failures: Failures) -> Iterator[EmbeddedAws]:
    clock = VirtualClock(1_800_000_000.0)
    runner = SimulatedRunner(failures, clock)
    with EmbeddedAws(tmp_path_factory.mktemp("run"), clock=clock, runner=runner) as made:
        yield made


@pytest.fixture(scope="module")
def deployment(aws: EmbeddedAws, assembly: Assembly) -> Deployment:
    return aws.deploy(assembly.stack("FailingPipelines"))


Run = Callable[[str, int, int, str], dict[str, Any]]


@pytest.fixture
def run(aws: EmbeddedAws, deployment: Deployment, failures: Failures) -> Run:
    """The summary of so many items, of which so many fail for a reason."""

    def run_(strategy: str, total: int, failing: int, reason: str) -> dict[str, Any]:
        failures.count, failures.ending = failing, ENDINGS[reason]
        [machine] = [
            arn
            for logical_id, (kind, arn) in deployment.resources.items()
            if kind == "AWS::StepFunctions::StateMachine" and logical_id.startswith(f"{strategy}Machine")
        ]
        outcome = Execution(aws, machine, {"items": [0] * total}).wait()
        assert outcome.output is not None, (outcome.error, outcome.cause)
        output: dict[str, Any] = outcome.output
        assert (output["total"], output["succeeded"]) == (total, total - output["failed"])
        return output

    return run_


@pytest.mark.parametrize(
    ("total", "failing"), [(250, count) for count in EDGES] + [(MOST, MOST - 1), (MOST, MOST)], ids=str
)
@pytest.mark.parametrize("strategy", ["Array", "Batch", "Stages"])
def test_each_failed_child_is_told(run: Run, strategy: str, total: int, failing: int) -> None:
    if strategy == "Batch" and total == MOST:
        total, failing = MOST_OF_A_BATCH, failing - MOST + MOST_OF_A_BATCH
    output = run(strategy, total, failing, "failed")
    assert output["failedIndexes"] == list(range(failing))
    assert len(output["jobIds"]) == (3 if strategy == "Stages" else 1)
    if strategy == "Stages":
        assert output["failedStages"] == {"Clean": list(range(failing))}


@pytest.mark.parametrize(
    ("total", "failing"), [(250, count) for count in EDGES[1:3]] + [(MOST, MOST - 1), (MOST, MOST)], ids=str
)
@pytest.mark.parametrize("reason", ["reclaimed", "out of memory"])
@pytest.mark.parametrize("strategy", ["ArrayAgain", "BatchAgain"])
def test_each_child_that_had_too_little_runs_again(
    run: Run, strategy: str, reason: str, total: int, failing: int
) -> None:
    if strategy == "BatchAgain" and total == MOST:
        total, failing = MOST_OF_A_BATCH, failing - MOST + MOST_OF_A_BATCH
    output = run(strategy, total, failing, reason)
    assert output["failedIndexes"] == []
    assert len(output["jobIds"]) == 2
