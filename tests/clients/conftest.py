"""One `constructs-lib local up` for all clients, with what an administrator makes: queues, roles, a bucket."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.clients.environments import HERE, program
from tests.waiting import ended_execution

BIN = Path(sys.executable).parent
SECONDS = 600


@dataclass(frozen=True)
class Account:
    """The account that clients work in.

    Args:
        exports: what `up` has printed for them.
        home: the home of their user.
        job_role: the role of jobs, which may do everything.
        machine_role: the same for state machines.
        event_role: for rules that start them.
    """

    exports: dict[str, str]
    home: Path
    job_role: str
    machine_role: str
    event_role: str

    queue = "clients"
    fargate_queue = "clients-on-fargate"
    bucket = "clients"

    @property
    def endpoint(self) -> str:
        return self.exports["AWS_ENDPOINT_URL"]

    def client(self, service: str) -> Any:
        return _client(self.exports, service)

    def run(self, client: str, name: str, *words: object, cwd: Path, fails: bool = False, **variables: object) -> str:
        """Run a program of a client; what it has printed."""
        return self.call(program(client, name), *words, cwd=cwd, fails=fails, **variables)

    def call(self, path: Path, *words: object, cwd: Path, fails: bool = False, **variables: object) -> str:
        """Run a program with the environment of a user who has taken over the exports, and nothing else."""
        if not path.exists():
            pytest.fail(f"{path} is not there: make clients")
        path_ = os.pathsep.join([str(path.parent), os.environ["PATH"]])
        environment = {"PATH": path_, "HOME": str(self.home), "USER": "tester", "LANG": "C.UTF-8", **self.exports}
        done = subprocess.run(
            [path, *map(str, words)],
            cwd=cwd,
            env={**environment, **{name: str(value) for name, value in variables.items()}},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert (done.returncode != 0) == fails, f"exit code {done.returncode}\n{done.stdout}"
        return done.stdout

    def image(self, client: str, name: str) -> None:
        """Make an image of a client's folder, as its user would with docker."""
        docker = BIN / "constructs-lib-docker"
        for words in (["build", "--tag", name, "image"], ["push", name]):
            self.call(docker, *words, cwd=HERE / client)

    def execution(self, machine_arn: str) -> dict[str, Any]:
        """The last execution of a state machine, as soon as it has ended."""
        states = self.client("stepfunctions")
        started, *_ = states.list_executions(stateMachineArn=machine_arn)["executions"]
        return ended_execution(states, started["executionArn"], seconds=SECONDS)

    def logs_of(self, job_id: str) -> str:
        """What a job has written."""
        [job] = self.client("batch").describe_jobs(jobs=[job_id])["jobs"]
        stream = {"logGroupName": "/aws/batch/job", "logStreamName": job["container"]["logStreamName"]}
        return "\n".join(event["message"] for event in self.client("logs").get_log_events(**stream)["events"])


def _client(exports: dict[str, str], service: str) -> Any:
    keys = exports["AWS_ACCESS_KEY_ID"], exports["AWS_SECRET_ACCESS_KEY"]
    session = boto3.Session(*keys, region_name=exports["AWS_REGION"])
    return session.client(service, endpoint_url=exports["AWS_ENDPOINT_URL"])


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    directory = tmp_path_factory.mktemp("up")
    argv = [BIN / "constructs-lib", "local", "up", "--output", directory / "logs"]
    state = {"XDG_RUNTIME_DIR": str(directory)}
    with subprocess.Popen(argv, env={**os.environ, **state}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready ")
        lines = [process.stdout.readline()]
        while not lines[-1].startswith("export CDK_DOCKER="):  # the last one
            lines.append(process.stdout.readline())
        exports = dict(line.removeprefix("export ").rstrip("\n").split("=", 1) for line in lines)
        home = directory / "home"
        home.mkdir()
        yield _made(exports, home)
        process.terminate()
        assert process.wait(60) == 143


def _made(exports: dict[str, str], home: Path) -> Account:
    iam, batch, ec2 = (_client(exports, service) for service in ("iam", "batch", "ec2"))

    def role(name: str, service: str) -> str:
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        iam.put_role_policy(RoleName=name, PolicyName="everything", PolicyDocument=_policy(everything))
        return str(made["Arn"])

    role("instances", "ec2.amazonaws.com")
    iam.create_instance_profile(InstanceProfileName="instances")
    iam.add_role_to_instance_profile(InstanceProfileName="instances", RoleName="instances")
    network = {
        "subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
        "securityGroupIds": [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]],
    }
    instances = {"instanceRole": "instances", "instanceTypes": ["m7i.4xlarge"]}
    kinds: list[tuple[str, dict[str, Any]]] = [
        (Account.queue, {"type": "EC2", **instances}),
        (Account.fargate_queue, {"type": "FARGATE"}),
    ]
    for name, compute in kinds:
        resources = {"maxvCpus": 32, **compute, **network}
        batch.create_compute_environment(computeEnvironmentName=name, type="MANAGED", computeResources=resources)
        order = [{"order": 1, "computeEnvironment": name}]
        batch.create_job_queue(jobQueueName=name, priority=1, computeEnvironmentOrder=order)
    _client(exports, "s3").create_bucket(Bucket=Account.bucket)
    roles = role("jobs", "ecs-tasks.amazonaws.com"), role("machines", "states.amazonaws.com")
    return Account(exports, home, *roles, role("events", "events.amazonaws.com"))


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
