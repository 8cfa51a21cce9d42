"""The official CDK command line against `constructs-lib local up`: bootstrap, deploy, diff, update, destroy."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.waiting import ended_execution

pytestmark = pytest.mark.local

ROOT = Path(__file__).parents[2]
CDK = Path(__file__).parent / "cdk" / "node_modules" / ".bin" / "cdk"
STACK = "ArrayStack"

Cdk = Callable[..., str]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment that `up` prints, with as little else as the CDK CLI needs."""
    directory = tmp_path_factory.mktemp("up")
    argv = [Path(sys.executable).parent / "constructs-lib", "local", "up", "--output", directory / "logs"]
    state = {"XDG_RUNTIME_DIR": str(directory)}
    with subprocess.Popen(argv, env={**os.environ, **state}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready http://127.0.0.1:")
        lines = [process.stdout.readline()]
        while not lines[-1].startswith("export CDK_DOCKER="):  # the last one
            lines.append(process.stdout.readline())
        exported = dict(line.removeprefix("export ").rstrip("\n").split("=", 1) for line in lines)
        quiet = {"CI": "true", "CDK_DISABLE_VERSION_CHECK": "1", "CDK_DISABLE_CLI_TELEMETRY": "true"}
        yield {"PATH": os.environ["PATH"], "HOME": str(directory), **quiet, **exported}
        process.terminate()
        assert process.wait(60) == 143


@pytest.fixture(scope="module")
def cdk(environment: dict[str, str]) -> Cdk:
    """Run the CDK CLI over an assembly; what it prints."""
    assert CDK.exists(), "the CDK CLI is not installed: make setup"

    def cdk_(assembly: Path, *arguments: str) -> str:
        argv = [CDK, *arguments, "--app", assembly, "--no-notices", "--no-color"]
        process = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
        assert process.returncode == 0, process.stdout + process.stderr
        return process.stdout + process.stderr

    return cdk_


@pytest.fixture(scope="module")
def client(environment: dict[str, str]) -> Callable[[str], Any]:
    keys = environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
    session = boto3.Session(*keys, region_name="us-east-1")
    return lambda service: session.client(service, endpoint_url=environment["AWS_ENDPOINT_URL"])


@pytest.fixture(scope="module")
def deployed(cdk: Cdk, app_assembly: Path) -> str:
    """What the deployment of the stack printed, into an account that was bootstrapped before."""
    assert "bootstrapped" in cdk(app_assembly, "bootstrap", "aws://123456789012/us-east-1")
    return cdk(app_assembly, "deploy", STACK, "--require-approval", "never")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assembly of the same app with fewer vCPUs."""
    output = tmp_path_factory.mktemp("changed")
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"constructs-lib": {"maxVcpus": 32}}
    settings = {"CDK_OUTDIR": str(output), "CDK_CONTEXT_JSON": json.dumps(context)}
    subprocess.run([sys.executable, "app.py"], cwd=ROOT, env={**os.environ, **settings}, check=True)
    return output


def test_every_resource_has_an_event_and_none_is_left_out(deployed: str) -> None:
    assert "AWS::StepFunctions::StateMachine" in deployed
    assert "AWS::S3::BucketPolicy" in deployed
    assert "not emulated" not in deployed
    assert f"{STACK}.StateMachineArn = arn:aws:states:us-east-1:123456789012:stateMachine:" in deployed


def test_its_state_machine_runs_the_image_that_was_pushed(deployed: str, client: Callable[[str], Any]) -> None:
    assert deployed
    states = client("stepfunctions")
    [machine] = states.list_state_machines()["stateMachines"]
    payload = json.dumps({"items": ["a", "b", "c"]})
    started = states.start_execution(stateMachineArn=machine["stateMachineArn"], input=payload)
    execution = ended_execution(states, started["executionArn"])
    assert execution["status"] == "SUCCEEDED", execution
    assert json.loads(execution["output"])["succeeded"] == 3


def test_a_second_deployment_changes_and_builds_nothing(deployed: str, cdk: Cdk, app_assembly: Path) -> None:
    assert "Building Image" in deployed or "Built Image" in deployed
    assert "Number of stacks with differences: 0" in cdk(app_assembly, "diff", STACK)
    assert "no changes" in cdk(app_assembly, "deploy", STACK, "--require-approval", "never")


def test_a_change_is_shown_and_deployed(deployed: str, cdk: Cdk, changed: Path, client: Callable[[str], Any]) -> None:
    assert deployed
    shown = cdk(changed, "diff", STACK)
    assert "[~] AWS::Batch::ComputeEnvironment" in shown
    assert "[-] 64" in shown
    assert "[+] 32" in shown
    assert "IAM" not in shown
    assert "replacement)" not in shown
    assert "UPDATE_COMPLETE" in cdk(changed, "deploy", STACK, "--require-approval", "never")
    [environment] = client("batch").describe_compute_environments()["computeEnvironments"]
    assert environment["computeResources"]["maxvCpus"] == 32
    assert "Number of stacks with differences: 0" in cdk(changed, "diff", STACK)


def test_destroy_leaves_nothing_but_the_bucket(
    deployed: str, cdk: Cdk, app_assembly: Path, client: Callable[[str], Any]
) -> None:
    assert deployed
    assert "destroyed" in cdk(app_assembly, "destroy", STACK, "--force")
    names = [item["StackName"] for item in client("cloudformation").describe_stacks()["Stacks"]]
    assert names == ["CDKToolkit"]
    assert client("batch").describe_job_queues()["jobQueues"] == []
    assert client("batch").describe_compute_environments()["computeEnvironments"] == []
    assert [item for item in client("ec2").describe_vpcs()["Vpcs"] if not item["IsDefault"]] == []
    assert len(client("s3").list_buckets()["Buckets"]) == 2  # the bootstrap's, and the one that the stack retains
