"""Items of 3 KB, of which no job's environment holds three: each worker finds its own, by every strategy."""

import json
from collections.abc import Iterator

import pytest

from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.runs.execution import Execution
from tests.local.simulated_worker import SimulatedWorker

pytestmark = pytest.mark.local

# Quotes, which JSON escapes, and characters of two to four bytes.
ITEMS = [{"index": index, "text": ('"Zürich 🗺" ' * 200)} for index in range(3_000)]
OF_AN_INPUT = 35
"""What an ArrayFanOut with rounds takes: it hands the list from state to state, beside what runs again."""


@pytest.fixture(scope="module")
def worker() -> SimulatedWorker:
    return SimulatedWorker()


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory, worker: SimulatedWorker) -> Iterator[EmbeddedAws]:
    clock = VirtualClock(1_800_000_000.0)
    runner = SimulatedRunner(worker, clock)
    with EmbeddedAws(tmp_path_factory.mktemp("run"), clock=clock, runner=runner) as made:
        yield made


def test_items_are_of_3_kb() -> None:
    size = len(json.dumps(ITEMS[0], ensure_ascii=False).encode())
    assert size >= 3_000


@pytest.mark.parametrize("strategy", ["Map", "Array", "Distributed"])
def test_of_an_input(aws: EmbeddedAws, assembly: Assembly, worker: SimulatedWorker, strategy: str) -> None:
    machine = _resource(aws, assembly, "FallbackPipelines", "AWS::StepFunctions::StateMachine", strategy)
    items = ITEMS[:OF_AN_INPUT]
    _each_gets_its_own(aws, worker, machine, {"items": items}, items)


def test_of_an_object(aws: EmbeddedAws, assembly: Assembly, worker: SimulatedWorker) -> None:
    bucket = _resource(aws, assembly, "DistributedPipelines", "AWS::S3::Bucket", "Data")
    machine = _resource(aws, assembly, "DistributedPipelines", "AWS::StepFunctions::StateMachine", "HugeStateMachine")
    lines = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in ITEMS)
    aws.client("s3").put_object(Bucket=bucket, Key="lists/large.jsonl", Body=lines.encode())
    _each_gets_its_own(aws, worker, machine, {}, ITEMS)


def _resource(aws: EmbeddedAws, assembly: Assembly, stack: str, kind: str, prefix: str) -> str:
    resources = aws.deploy(assembly.stack(stack)).resources
    [found] = [name for key, (is_, name) in resources.items() if is_ == kind and key.startswith(prefix)]
    return found


def _each_gets_its_own(
    aws: EmbeddedAws, worker: SimulatedWorker, machine: str, given: dict[str, object], items: list[dict[str, object]]
) -> None:
    worker.found.clear()
    outcome = Execution(aws, machine, given).wait()
    assert (outcome.status, outcome.cause) == ("SUCCEEDED", None)
    assert sorted(worker.found.values(), key=lambda found: found[0]) == list(enumerate(items))
