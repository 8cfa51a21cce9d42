"""The commands reach stacks of every account and region of an instance; what names none goes where `up` says."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

from constructs_lib.local.apps.synthesis import synthesize
from tests.conftest import Once

pytestmark = pytest.mark.local

PROGRAM = [str(Path(sys.executable).parent / "constructs-lib"), "local"]
Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which no other instance is found."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**others, "XDG_RUNTIME_DIR": str(tmp_path_factory.mktemp("state"))}


@pytest.fixture(scope="module")
def call(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Call:
    directory = tmp_path_factory.mktemp("here")

    def call_(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *arguments],
            cwd=directory,
            env=environment,
            input='["a", "b"]',
            capture_output=True,
            text=True,
            check=False,
        )

    return call_


@pytest.fixture(scope="module")
def assembly(once: Once) -> str:
    here = Path(__file__).parent
    app = f"{sys.executable} {here / 'placed_pipelines.py'}"
    return str(once("placed_pipelines.out", lambda output: synthesize(output, app, here.parents[1])))


@pytest.fixture(scope="module")
def url(
    environment: dict[str, str], call: Call, assembly: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """An instance that has stacks of two accounts."""
    place = ["--account", "345678901234", "--region", "ap-southeast-2", "--keys", "local/local"]
    argv = [*PROGRAM, "up", "--output", str(tmp_path_factory.mktemp("up")), *place]
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        _, _, found = process.stdout.readline().strip().partition(" ")
        deployed = call("deploy", "Anywhere", "Prod", "--assembly", assembly)
        assert deployed.returncode == 0, deployed.stderr
        assert "Place = aws 345678901234 ap-southeast-2 amazonaws.com" in deployed.stdout
        assert "Place = aws 999999999999 us-west-2 amazonaws.com" in deployed.stdout
        yield found
        process.terminate()


def test_a_stack_is_run_in_the_account_and_region_that_are_named(call: Call, url: str) -> None:
    named = ["--account", "999999999999", "--region", "us-west-2"]
    done = call("run", "Prod", "--items", "-", "--endpoint", url, "--json", *named)
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["executionArn"].startswith("arn:aws:states:us-west-2:999999999999:execution:machine:")
    assert {result["AWS_REGION"] for result in outcome["results"].values()} == {"us-west-2"}


def test_a_stack_that_names_none_is_where_the_instance_says(call: Call, url: str) -> None:
    done = call("run", "Anywhere", "--items", "-", "--endpoint", url, "--json")
    assert done.returncode == 0, done.stderr
    assert ":ap-southeast-2:345678901234:" in json.loads(done.stdout)["executionArn"]
    missing = call("run", "Prod", "--items", "-", "--endpoint", url)
    assert missing.returncode == 2
    assert "stack 'Prod' is not deployed" in missing.stderr
    assert "--account and --region" in missing.stderr.replace("\n", " ")


def test_a_run_of_its_own_takes_them_for_a_stack_that_names_none(call: Call, assembly: str) -> None:
    given = ["--account", "222222222222", "--region", "sa-east-1"]
    done = call("run", "Anywhere", "--items", "-", "--assembly", assembly, "--json", *given)
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["executionArn"].startswith("arn:aws:states:sa-east-1:222222222222:")
    assert {result["AWS_REGION"] for result in outcome["results"].values()} == {"sa-east-1"}


def test_an_sdk_reaches_the_other_account_by_a_role(url: str) -> None:
    first = boto3.Session("local", "local", region_name="ap-southeast-2")
    role = "arn:aws:iam::999999999999:role/OrganizationAccountAccessRole"
    sts = first.client("sts", endpoint_url=url)
    keys = sts.assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    prod = boto3.Session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name="us-west-2"
    ).client("batch", endpoint_url=url)
    [queue] = prod.describe_job_queues()["jobQueues"]
    assert queue["jobQueueArn"] == "arn:aws:batch:us-west-2:999999999999:job-queue/queue"


def test_what_is_there_is_listed_for_every_account_and_region(call: Call, url: str) -> None:
    [instance] = json.loads(call("ps", "--json").stdout)
    assert instance["endpoint"] == url
    places = {tuple(stack["arn"].split(":")[3:5]) for stack in instance["stacks"]}
    assert places == {("ap-southeast-2", "345678901234"), ("us-west-2", "999999999999")}
    run = ["run", "Prod", "--items", "-", "--endpoint", url, "--account", "999999999999", "--region", "us-west-2"]
    assert call(*run).returncode == 0
    logged = call("logs", "Prod", "--endpoint", url)
    assert logged.returncode == 0, logged.stderr
    jobs = [job["arn"] for job in json.loads(call("ps", "--json").stdout)[0]["jobs"]]
    assert any(":us-west-2:999999999999:" in arn for arn in jobs)
    assert "SUCCEEDED" in logged.stdout


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--account", "12345", "expected an account of 12 digits"),
        ("--region", "Frankfurt", "expected a region such as"),
    ],
)
def test_what_is_no_account_or_region_is_one_line(call: Call, option: str, value: str, told: str) -> None:
    refused = call("up", option, value)
    assert refused.returncode == 2
    assert told in refused.stderr.replace("\n", " ")
