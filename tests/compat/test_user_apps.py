"""Our workflows on aws-cdk-lib's objects, and aws-cdk-lib's tasks and targets on ours: they are valid, and they run."""

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.testing import read_templates
from constructs_lib.testing.local_aws import DeployedStack, LocalAws
from tests.policy.test_cfn_lint import findings
from tests.waiting import until

pytestmark = pytest.mark.local

ITEMS = ["a", {"b": 1}, ["c"]]
# aws-cdk-lib's BatchSubmitJob gives its role no right to look after the job: it ends by the event alone.
NOT_ASKED_FOR = {"batch:DescribeJobs"}


@pytest.fixture(scope="module")
def theirs(local_aws: LocalAws, assembly: Path) -> DeployedStack:
    return local_aws.deploy(assembly, name="TheirObjects")


@pytest.fixture(scope="module")
def ours(local_aws: LocalAws, assembly: Path) -> DeployedStack:
    return local_aws.deploy(assembly, name="OurObjects")


def test_cfn_lint_finds_nothing(assembly: Path) -> None:
    assert findings(assembly) == []


def test_the_rights_of_workflows_reach_roles_that_are_not_ours(assembly: Path) -> None:
    template = read_templates(assembly)["TheirObjects"]
    assert _allowed(template, "ChainRole") >= {"batch:SubmitJob", "batch:TerminateJob", "s3:PutObject"}
    assert _allowed(template, "WorkerRole") == {"s3:GetObject", "s3:PutObject"}
    assert _allowed(template, "ProgramRole") == set()


def test_our_workflows_run_jobs_that_are_not_ours(local_aws: LocalAws, theirs: DeployedStack) -> None:
    outcome = theirs.run({"items": ITEMS}, state_machine="Chain")
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert (outcome.output["total"], outcome.output["succeeded"]) == (3, 3)
    assert len([job for job in outcome.jobs if job.status == "SUCCEEDED"]) == 1 + 3 + 3
    distributed = theirs.run({"items": ITEMS}, state_machine="Distributed")
    assert distributed.succeeded, (distributed.error, distributed.cause)
    assert list(distributed.results) == [0, 1, 2]
    assert local_aws.denials == []


def test_their_tasks_run_our_jobs(local_aws: LocalAws, ours: DeployedStack) -> None:
    outcome = ours.run({"who": "you"})
    assert outcome.output == "SUCCEEDED", (outcome.error, outcome.cause)
    assert [job.text for job in outcome.jobs] == ["hello you\n"] * 3
    assert {denial.action for denial in local_aws.denials} <= NOT_ASKED_FOR


def test_their_rules_start_our_jobs_and_machines(local_aws: LocalAws, ours: DeployedStack) -> None:
    batch, states = local_aws.client("batch"), local_aws.client("stepfunctions")
    machine = ours.physical_id("StateMachine", resource_type="AWS::StepFunctions::StateMachine")
    executions = len(states.list_executions(stateMachineArn=machine)["executions"])
    events = [{"Source": "shop", "DetailType": kind, "Detail": "{}"} for kind in ("Placed", "Chained")]
    assert local_aws.client("events").put_events(Entries=events)["FailedEntryCount"] == 0

    def ended() -> bool:
        jobs = batch.list_jobs(jobQueue=ours.outputs["QueueArn"], jobStatus="SUCCEEDED")["jobSummaryList"]
        told = states.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")["executions"]
        by_rule = [job for job in jobs if not job["jobName"].startswith("by-")]
        return len(by_rule) == 1 and len(told) == executions + 1

    assert until(ended)
    assert {denial.action for denial in local_aws.denials} <= NOT_ASKED_FOR


def _allowed(template: dict[str, Any], role: str) -> set[str]:
    """The actions that the policies of a role allow."""
    policies = [
        resource["Properties"]["PolicyDocument"]["Statement"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::IAM::Policy" and f'"{role}' in json.dumps(resource["Properties"]["Roles"])
    ]
    actions = [statement["Action"] for statements in policies for statement in statements]
    return {action for listed in actions for action in ([listed] if isinstance(listed, str) else listed)}
