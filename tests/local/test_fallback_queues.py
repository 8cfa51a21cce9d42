"""Fan-outs on Spot instances that are taken away: what was reclaimed runs again on demand, and nothing else does."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib.local.assembly import Assembly
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.cloudformation import Deployment
from constructs_lib.local.faults import FaultPlan, Reclaim
from constructs_lib.local.outcome import Outcome
from constructs_lib.local.pipeline import Execution

pytestmark = pytest.mark.local

Run = Callable[[str, Any], Outcome]
STRATEGIES = ["Map", "Array", "Distributed"]


@pytest.fixture(scope="module")
def deployment(aws: EmbeddedAws, assembly: Assembly) -> Deployment:
    return aws.deploy(assembly.stack("FallbackPipelines"))


@pytest.fixture
def run(aws: EmbeddedAws, deployment: Deployment) -> Run:
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


def _queues(aws: EmbeddedAws, outcome: Outcome) -> list[str]:
    """The part of each job's queue name that tells which capacity it ran on."""
    found = [(aws.batch.describe_job(job.id) or {})["jobQueue"] for job in outcome.jobs]
    return ["OnDemand" if "OnDemand" in queue else "Spot" for queue in found]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_reclaimed_items_run_again_on_demand(aws: EmbeddedAws, run: Run, strategy: str) -> None:
    items = ["a", "b", {"c": "é"}, [4], "e"]
    with aws.faults.during(FaultPlan([Reclaim(index=1), Reclaim(index=3)])) as plan:
        outcome = run(strategy, items)

    assert plan.unmet() == []
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert outcome.results == {index: {"got": item} for index, item in enumerate(items)}
    summary = outcome.output
    assert (summary["total"], summary["failed"], summary["failedIndexes"]) == (5, 0, [])
    reclaimed = [job for job in outcome.jobs if (job.reason or "").startswith("Host EC2 (instance i-")]
    assert _queues(aws, outcome).count("OnDemand") == len(reclaimed) >= 2


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_fails_by_itself_fails(aws: EmbeddedAws, run: Run, strategy: str) -> None:
    with aws.faults.during(FaultPlan([Reclaim(index=2)])) as plan:
        outcome = run(strategy, ["fail", "b", "fail"])

    assert plan.unmet() == []
    assert (outcome.status, outcome.error) == ("FAILED", "FanOut.TooManyFailures")
    assert json.loads(outcome.cause or "")["failedIndexes"] == [0, 2]
    assert outcome.results == {1: {"got": "b"}}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_single_item_runs_again(aws: EmbeddedAws, run: Run, strategy: str) -> None:
    with aws.faults.during(FaultPlan([Reclaim(index=0)])):
        outcome = run(strategy, [["alone"]])

    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert outcome.results == {0: {"got": ["alone"]}}
    assert len(outcome.output["jobIds"]) == 2
