"""The CDK command line with an app in TypeScript of plain aws-cdk-lib constructs."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.clients.conftest import Account
from tests.clients.environments import NODE

Cdk = Callable[..., str]


@pytest.fixture(scope="module")
def cdk(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Cdk:
    output = tmp_path_factory.mktemp("cdk.out")
    programs = NODE / "node_modules" / ".bin"
    quiet = {"CI": "true", "CDK_DISABLE_VERSION_CHECK": "1", "CDK_DISABLE_CLI_TELEMETRY": "true"}

    def cdk_(*words: object, version: int = 1, fails: bool = False) -> str:
        app = ["--app", f"{programs / 'tsx'} app.ts", "--output", output, "--context", f"version={version}"]
        return account.call(
            programs / "cdk", *words, *app, "--no-notices", "--no-color", cwd=NODE, fails=fails, **quiet
        )

    return cdk_


@pytest.fixture(scope="module")
def deployed(cdk: Cdk) -> str:
    assert "bootstrapped" in cdk("bootstrap", "aws://123456789012/us-east-1")
    return cdk("deploy", "Squares", "--require-approval", "never")


def run(account: Account) -> dict[str, Any]:
    """Start the machine, and wait for its end."""
    [stack] = account.client("cloudformation").describe_stacks(StackName="Squares")["Stacks"]
    arn = stack["Outputs"][0]["OutputValue"]
    account.client("stepfunctions").start_execution(stateMachineArn=arn)
    return account.execution(arn)


def queues(account: Account) -> list[str]:
    """The queues of the stack."""
    names = [queue["jobQueueName"] for queue in account.client("batch").describe_job_queues()["jobQueues"]]
    return [name for name in names if name.startswith("Squares")]


def test_the_state_machine_runs_the_job(account: Account, deployed: str) -> None:
    assert "Squares.MachineArn = arn:aws:states:us-east-1:123456789012:stateMachine:" in deployed
    ended = run(account)
    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", {"version": "1"}), ended
    [queue] = queues(account)
    [job] = account.client("batch").list_jobs(jobQueue=queue, jobStatus="SUCCEEDED")["jobSummaryList"]
    assert account.logs_of(job["jobId"]) == "the square is 49"


def test_a_changed_definition_is_deployed(account: Account, cdk: Cdk, deployed: str) -> None:
    assert deployed
    assert "[~] AWS::StepFunctions::StateMachine" in cdk("diff", "Squares", version=2)
    assert "UPDATE_COMPLETE" in cdk("deploy", "Squares", "--require-approval", "never", version=2)
    assert json.loads(run(account)["output"]) == {"version": "2"}


def test_a_changed_definition_is_swapped(account: Account, cdk: Cdk, deployed: str) -> None:
    assert deployed
    assert "hotswapped!" in cdk("deploy", "Squares", "--hotswap", "--require-approval", "never", version=3)
    assert json.loads(run(account)["output"]) == {"version": "3"}


def test_destroying_leaves_nothing(account: Account, cdk: Cdk, deployed: str) -> None:
    assert deployed
    assert "destroyed" in cdk("destroy", "Squares", "--force")
    assert queues(account) == []
