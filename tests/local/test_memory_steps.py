"""Fan-outs whose jobs are killed for want of memory: those items run again with more, and nothing else does."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.faults import ExitCode, FaultPlan, LoseWorker, OutOfMemory, Reclaim
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome

pytestmark = pytest.mark.local

Run = Callable[[str, Any], Outcome]
STRATEGIES = ["Map", "Array", "Distributed"]


@pytest.fixture(scope="module")
def deployment(aws: EmbeddedAws, assembly: Assembly) -> Deployment:
    return aws.deploy(assembly.stack("FallbackPipelines"))


@pytest.fixture
def run(aws: EmbeddedAws, deployment: Deployment) -> Run:
    """Run, and see that nothing was denied."""

    def run_(strategy: str, items: Any) -> Outcome:
        [machine] = [
            arn
            for logical_id, (kind, arn) in deployment.resources.items()
            if kind == "AWS::StepFunctions::StateMachine" and logical_id.startswith(f"{strategy}Machine")
        ]
        before = len(aws.iam.denials)
        outcome = Execution(aws, machine, {"items": items}).wait()
        assert aws.iam.denials[before:] == []
        return outcome

    return run_


def _places(aws: EmbeddedAws, outcome: Outcome) -> list[tuple[str, str]]:
    """The capacity and the memory of each job that ran, but for those of the first round."""
    found = []
    for job in outcome.jobs:
        described = aws.batch.describe_job(job.id) or {}
        memory = {entry["type"]: entry["value"] for entry in described["container"]["resourceRequirements"]}["MEMORY"]
        place = "OnDemand" if "OnDemand" in described["jobQueue"] else "Spot"
        found += [(place, memory)] if (place, memory) != ("Spot", "512") else []
    return sorted(found)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("killed", [OutOfMemory, LoseWorker])
def test_items_out_of_memory_run_again_with_more(
    aws: EmbeddedAws, run: Run, strategy: str, killed: type[OutOfMemory | LoseWorker]
) -> None:
    items = ["a", "b", {"c": "é"}, [4], "e"]
    faults = [killed(job="round-0", index=1), killed(job="round-0", index=3), killed(job="round-1", index=(3, 1))]
    with aws.faults.during(FaultPlan(faults)) as plan:
        outcome = run(strategy, items)

    assert plan.unmet() == []
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert outcome.results == {index: {"got": item} for index, item in enumerate(items)}
    assert outcome.output["failedIndexes"] == []
    places = _places(aws, outcome)
    assert places.count(("Spot", "1024")) == 2
    assert set(places) == {("Spot", "1024"), ("Spot", "2048")}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_only_those_and_no_more_often_than_there_are_sizes(aws: EmbeddedAws, run: Run, strategy: str) -> None:
    plan = FaultPlan([OutOfMemory(index=1), ExitCode(3, index=2)])
    with aws.faults.during(plan):
        outcome = run(strategy, ["a", "b", "c"])

    assert (outcome.status, outcome.error) == ("FAILED", "FanOut.TooManyFailures")
    assert json.loads(outcome.cause or "")["failedIndexes"] == [1, 2]
    assert outcome.results == {0: {"got": "a"}}
    assert _places(aws, outcome) == [("Spot", "1024"), ("Spot", "2048")]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_grew_keeps_its_size_when_it_is_reclaimed(aws: EmbeddedAws, run: Run, strategy: str) -> None:
    plan = FaultPlan([OutOfMemory(job="round-0", index=0), Reclaim(job="round-1")])
    with aws.faults.during(plan):
        outcome = run(strategy, [["alone"]])

    assert plan.unmet() == []
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert outcome.results == {0: {"got": ["alone"]}}
    assert _places(aws, outcome) == [("OnDemand", "1024"), ("Spot", "1024")]
    assert len(outcome.output["jobIds"]) == 3
