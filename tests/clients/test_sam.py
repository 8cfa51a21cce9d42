"""AWS SAM CLI: a function, a state machine and a job definition are deployed, changed, run and deleted."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.conftest import Account
from tests.clients.environments import HERE

STACK = "sam-app"

Sam = Callable[..., str]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("sam") / "app"
    shutil.copytree(HERE / "sam", directory)
    return directory


@pytest.fixture(scope="module")
def sam(account: Account, app: Path) -> Sam:
    def sam_(*words: object, fails: bool = False) -> str:
        return account.run("sam", "sam", *words, cwd=app, fails=fails, SAM_CLI_TELEMETRY=0, SAM_CLI_POLL_DELAY=0.2)

    return sam_


@pytest.fixture(scope="module")
def deploy(account: Account, sam: Sam) -> Sam:
    given = ["--stack-name", STACK, "--s3-bucket", account.bucket, "--s3-prefix", "sam"]
    parameters = ["--parameter-overrides", f"Queue={account.queue}"]

    def deploy_(*words: object, fails: bool = False) -> str:
        return sam("deploy", *given, *parameters, "--no-progressbar", *words, fails=fails)

    return deploy_


@pytest.fixture(scope="module")
def deployed(deploy: Sam) -> str:
    return deploy("--capabilities", "CAPABILITY_IAM")


def machine(account: Account) -> str:
    [stack] = account.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    return next(str(output["OutputValue"]) for output in stack["Outputs"] if output["OutputKey"] == "Machine")


def test_without_its_capability_nothing_is_deployed(deploy: Sam) -> None:
    assert "Requires capabilities : [CAPABILITY_IAM]" in deploy("--stack-name", "refused", fails=True)


def test_the_function_plans_what_the_job_does(account: Account, deployed: str) -> None:
    assert "Successfully created/updated stack" in deployed
    arn = machine(account)
    account.client("stepfunctions").start_execution(stateMachineArn=arn, input=json.dumps({"n": 41}))
    ended = account.execution(arn)
    assert ended["status"] == "SUCCEEDED", ended
    jobs = account.client("batch").list_jobs(jobQueue=account.queue, jobStatus="SUCCEEDED")["jobSummaryList"]
    assert account.logs_of(jobs[0]["jobId"]) == "the number is 42"


def test_the_same_again_changes_nothing(deploy: Sam, deployed: str) -> None:
    assert deployed
    told = deploy("--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset")
    assert f"No changes to deploy. Stack {STACK} is up to date" in told


def test_a_changed_function_is_updated(account: Account, app: Path, deploy: Sam, deployed: str) -> None:
    assert deployed
    code = app / "function" / "app.py"
    code.write_text(code.read_text().replace("+ 1", "+ 2"))
    assert "AWS::Lambda::Function" in deploy("--capabilities", "CAPABILITY_IAM")
    [name] = [item["FunctionName"] for item in account.client("lambda").list_functions()["Functions"]]
    answer = account.client("lambda").invoke(FunctionName=name, Payload=b'{"n": 1}')["Payload"].read()
    assert json.loads(answer) == {"n": 3}


def test_deleting_leaves_nothing(account: Account, sam: Sam, deployed: str) -> None:
    assert deployed
    assert "Deleted successfully" in sam("delete", "--stack-name", STACK, "--no-prompts")
    assert account.client("lambda").list_functions()["Functions"] == []
    stacks = account.client("cloudformation").describe_stacks()["Stacks"]
    assert STACK not in [stack["StackName"] for stack in stacks]
