"""Fan-outs on Spot instances that are taken away: what was reclaimed runs again on demand, and nothing else does."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.faults import FaultPlan, NoCapacity, Reclaim
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome
from tests.waiting import until

pytestmark = pytest.mark.local

Start = Callable[[str, Any], Execution]
Run = Callable[[str, Any], Outcome]
STRATEGIES = ["Map", "Array", "Distributed"]


@pytest.fixture(scope="module")
def deployment(aws: EmbeddedAws, assembly: Assembly) -> Deployment:
    return aws.deploy(assembly.stack("FallbackPipelines"))


@pytest.fixture
def start(aws: EmbeddedAws, deployment: Deployment) -> Start:
    def start_(strategy: str, items: Any) -> Execution:
        [machine] = _names(deployment, "AWS::StepFunctions::StateMachine", f"{strategy}Machine")
        return Execution(aws, machine, {"items": items})

    return start_


@pytest.fixture
def run(aws: EmbeddedAws, start: Start) -> Run:
    """Run, and see that nothing was denied."""

    def run_(strategy: str, items: Any) -> Outcome:
        before = len(aws.iam.denials)
        outcome = start(strategy, items).wait()
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

    assert plan.injected  # one instance may hold both jobs, and is taken from under them once
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert outcome.results == {index: {"got": item} for index, item in enumerate(items)}
    summary = outcome.output
    assert (summary["total"], summary["failed"], summary["failedIndexes"]) == (5, 0, [])
    reclaimed = [job for job in outcome.jobs if (job.reason or "").startswith("Host EC2 (instance i-")]
    assert _queues(aws, outcome).count("OnDemand") == len(reclaimed) >= 2


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("count", [1, 5])
def test_items_without_capacity_run_on_demand(aws: EmbeddedAws, run: Run, strategy: str, count: int) -> None:
    items = [[index] for index in range(count)]
    with aws.faults.during(FaultPlan([NoCapacity(index=[0, 3], queue="*Spot*")])) as plan:
        outcome = run(strategy, items)

    assert plan.unmet() == []
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert outcome.results == {index: {"got": item} for index, item in enumerate(items)}
    cancelled = [job for job in outcome.jobs if "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY" in (job.reason or "")]
    assert {(job.index, job.attempts) for job in cancelled} == ({(0, 0), (3, 0)} if count > 1 else {(0, 0)})
    assert _queues(aws, outcome).count("OnDemand") == len(cancelled)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_items_without_capacity_anywhere_have_failed(aws: EmbeddedAws, run: Run, strategy: str) -> None:
    with aws.faults.during(FaultPlan([NoCapacity(index=1)])):
        outcome = run(strategy, ["a", "b", "c"])

    assert outcome.error == "FanOut.TooManyFailures"
    assert json.loads(outcome.cause or "")["failedIndexes"] == [1]


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


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_running_again_takes_the_right_to_submit_to_the_fallback_queue(
    aws: EmbeddedAws, deployment: Deployment, start: Start, strategy: str
) -> None:
    iam, [role] = aws.client("iam"), _names(deployment, "AWS::IAM::Role", f"{strategy}MachineRole")
    [queue] = _names(deployment, "AWS::Batch::JobQueue", "OnDemand")
    before = len(aws.iam.denials)
    with _without(iam, role, queue), aws.faults.during(FaultPlan([Reclaim(index=0)])):
        execution = start(strategy, ["a", "b"])
        assert until(lambda: len(aws.iam.denials) > before)
        execution.stop()  # a denial is tried again, as a throttled submit has the same name
        execution.wait()

    assert {denial.action for denial in aws.iam.denials[before:]} == {"batch:SubmitJob"}


def _names(deployment: Deployment, kind: str, prefix: str) -> list[str]:
    found = deployment.resources.items()
    return [name for logical_id, (type_, name) in found if type_ == kind and logical_id.startswith(prefix)]


@contextmanager
def _without(iam: Any, role: str, queue: str) -> Iterator[None]:
    """Take a queue out of what a role may submit to, for a while."""
    [policy] = [
        name
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
        if "SubmitJob" in json.dumps(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
    ]
    whole = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    less = json.loads(json.dumps(whole))
    for statement in less["Statement"]:
        if "batch:SubmitJob" in statement["Action"]:
            statement["Resource"] = [arn for arn in statement["Resource"] if arn != queue]
    assert less != whole
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(less))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(whole))
