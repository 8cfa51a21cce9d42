"""Queues, jobs and state machines in virtual time, whose jobs do as their names say, for commands to look at."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.ops.account import Account

START = 1_800_000_000.0
"""2027-01-15 08:00:00 UTC."""


def behave(job: Job) -> tuple[float, Ending]:
    """A minute each; those called forever never end, and those called bad fail."""
    seconds = float("inf") if job.spec.name.startswith("forever") else 60.0
    return seconds, Ending(3 if job.spec.name.startswith("bad") else 0)


class Operated:
    """An embedded AWS whose time passes when the test says so.

    Args:
        aws: it.
        clock: its clock.
    """

    def __init__(self, aws: EmbeddedAws, clock: VirtualClock) -> None:
        self.aws = aws
        self.clock = clock
        self.batch = aws.client("batch")
        self.states = aws.client("stepfunctions")

    def environment(self, name: str, vcpus: int, **more: Any) -> None:
        """Make a compute environment on Fargate."""
        resources = {"type": "FARGATE", "maxvCpus": vcpus, "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}
        self.batch.create_compute_environment(
            computeEnvironmentName=name, type="MANAGED", computeResources={**resources, **more}
        )

    def instances(self, name: str, least: int, most: int) -> None:
        """Make a compute environment of instances."""
        iam = self.aws.client("iam")
        self.role("instances", "ec2.amazonaws.com")
        profile = iam.create_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Arn"]
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName="instances")
        resources = {
            "type": "EC2",
            "minvCpus": least,
            "maxvCpus": most,
            "instanceTypes": ["c5"],
            "subnets": ["subnet-1"],
        }
        self.batch.create_compute_environment(
            computeEnvironmentName=name,
            type="MANAGED",
            computeResources={
                **resources,
                "subnets": ["subnet-1"],
                "securityGroupIds": ["sg-1"],
                "instanceRole": profile,
            },
        )

    def queue(self, name: str, *environments: str, priority: int = 1, **more: Any) -> str:
        """Make a queue; its ARN."""
        order = [{"order": at, "computeEnvironment": item} for at, item in enumerate(environments, start=1)]
        made = self.batch.create_job_queue(jobQueueName=name, priority=priority, computeEnvironmentOrder=order, **more)
        return str(made["jobQueueArn"])

    def definition(self, name: str, vcpus: float = 1, mebibytes: int = 2048) -> None:
        """Register a definition."""
        role = self.role("tasks", "ecs-tasks.amazonaws.com")
        resources = [{"type": "VCPU", "value": f"{vcpus:g}"}, {"type": "MEMORY", "value": str(mebibytes)}]
        container = {
            "image": "none",
            "command": ["true"],
            "resourceRequirements": resources,
            "executionRoleArn": role,
            "jobRoleArn": role,
        }
        self.batch.register_job_definition(
            jobDefinitionName=name, type="container", platformCapabilities=["FARGATE"], containerProperties=container
        )

    def submit(self, name: str, queue: str = "nightly", definition: str = "work", **more: Any) -> str:
        """Submit a job; its id."""
        made = self.batch.submit_job(jobName=name, jobQueue=queue, jobDefinition=definition, **more)
        return str(made["jobId"])

    def role(self, name: str, service: str) -> str:
        """A role that may do everything."""
        iam = self.aws.client("iam")
        if name not in {role["RoleName"] for role in iam.list_roles()["Roles"]}:
            trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
            rights = {"Effect": "Allow", "Action": "*", "Resource": "*"}
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))
            iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=_policy(rights))
        return str(iam.get_role(RoleName=name)["Role"]["Arn"])

    def machine(self, name: str, states: dict[str, Any]) -> str:
        """Make a state machine of these states, one after the other; its ARN."""
        names = list(states)
        ways = [{"Next": name} for name in names[1:]] + [{"End": True}]
        ordered = {name: {**state, **way} for (name, state), way in zip(states.items(), ways, strict=True)}
        definition = {"QueryLanguage": "JSONata", "StartAt": names[0], "States": ordered}
        role = self.role("states", "states.amazonaws.com")
        made = self.states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role)
        return str(made["stateMachineArn"])

    def deployed(self, name: str) -> str:
        """The ARN of the one state machine whose name has this part."""
        found = [item for item in self.states.list_state_machines()["stateMachines"] if name in item["name"]]
        [arn] = [str(item["stateMachineArn"]) for item in found]
        return arn

    def start(self, machine: str, name: str, payload: Any = None) -> str:
        """Start an execution; its ARN."""
        made = self.states.start_execution(stateMachineArn=machine, name=name, input=json.dumps(payload or {}))
        return str(made["executionArn"])

    def be_at(self, seconds: float) -> None:
        """Let time pass until so many seconds after the beginning, whatever has taken time before."""
        self.pass_time(max(0.0, START + seconds - self.clock.now()))

    def pass_time(self, seconds: float) -> None:
        """Let time pass; what happens meanwhile has happened then."""
        self.clock.wait(self.clock.event(), seconds)


@contextmanager
def operated(directory: Path) -> Iterator[Operated]:
    """Open one; accounts tell its time."""
    clock = VirtualClock(START)
    runner = SimulatedRunner(behave, clock)
    with pytest.MonkeyPatch.context() as patch, EmbeddedAws(directory, clock=clock, runner=runner) as aws:
        patch.setattr(Account, "now", lambda _: datetime.fromtimestamp(clock.now(), UTC))
        yield Operated(aws, clock)


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
