"""An account of any local AWS, with what the behaviours need made by the calls that a user makes."""

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

_PAUSE = 0.02
_IMAGE = "public.ecr.aws/docker/library/busybox:1.37"
_ENDED = ("SUCCEEDED", "FAILED")


@dataclass
class Account:
    """An account, reached by its endpoint.

    Args:
        endpoint: such as ``http://127.0.0.1:4566``.
        keys: access key and secret key of an administrator.
        seconds: after so long, what was expected is not shown.
    """

    endpoint: str
    keys: tuple[str, str]
    seconds: float = 60.0
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str, keys: tuple[str, str] | None = None) -> Any:
        """A client of the administrator, or of somebody else."""
        name = f"{service} of {keys}"
        if name not in self._clients:
            session = boto3.Session(*(keys or self.keys), region_name="us-east-1")
            config = Config(retries={"total_max_attempts": 1}, read_timeout=self.seconds)
            self._clients[name] = session.client(service, endpoint_url=self.endpoint, config=config)
        return self._clients[name]

    @property
    def batch(self) -> Any:
        """The client of AWS Batch."""
        return self.client("batch")

    def role(self, service: str, *actions: str) -> str:
        """A role that a service takes on, and that may do these actions."""
        iam, name = self.client("iam"), unique("role")
        trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
        if actions:
            allowed = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
            iam.put_role_policy(RoleName=name, PolicyName="Own", PolicyDocument=policy(allowed))
        return str(arn)

    def environment(self, *, most: int = 16, service_role: str | None = None) -> str:
        """A compute environment on Fargate; its ARN."""
        ec2 = self.client("ec2")
        subnet = ec2.describe_subnets()["Subnets"][0]
        [group] = ec2.describe_security_groups(
            Filters=[
                {"Name": "vpc-id", "Values": [subnet["VpcId"]]},
                {"Name": "group-name", "Values": ["default"]},
            ]
        )["SecurityGroups"]
        made = self.batch.create_compute_environment(
            computeEnvironmentName=unique("environment"),
            type="MANAGED",
            serviceRole=service_role or self.role("batch"),
            computeResources={
                "type": "FARGATE",
                "maxvCpus": most,
                "subnets": [subnet["SubnetId"]],
                "securityGroupIds": [group["GroupId"]],
            },
        )
        return str(made["computeEnvironmentArn"])

    def queue(self, environment: str | None = None, *, most: int = 16, priority: int = 1, **options: Any) -> str:
        """A queue over an environment of its own, or over one that exists."""
        order = [{"order": 1, "computeEnvironment": environment or self.environment(most=most)}]
        name = unique("queue")
        self.batch.create_job_queue(
            jobQueueName=name, priority=priority, state="ENABLED", computeEnvironmentOrder=order, **options
        )
        return name

    def definition(self, *, vcpus: int = 1, memory: int = 2048, **options: Any) -> str:
        """A job definition for Fargate, with a revision."""
        needs = [{"type": "VCPU", "value": str(vcpus)}, {"type": "MEMORY", "value": str(memory)}]
        container = {"image": _IMAGE, "executionRoleArn": self.role("ecs-tasks", "logs:*"), "command": ["true"]}
        made = self.batch.register_job_definition(
            jobDefinitionName=unique("job"),
            type="container",
            platformCapabilities=["FARGATE"],
            containerProperties={**container, "resourceRequirements": needs},
            **options,
        )
        return f"{made['jobDefinitionName']}:{made['revision']}"

    def submit(
        self, shell: str = "true", *, queue: str = "", definition: str = "", name: str = "one", **options: Any
    ) -> str:
        """A job of a line of shell; its id."""
        overrides = {"command": ["sh", "-c", shell], **options.pop("overrides", {})}
        submitted = self.batch.submit_job(
            jobName=name,
            jobQueue=queue or self.queue(),
            jobDefinition=definition or self.definition(),
            containerOverrides=overrides,
            **options,
        )
        return str(submitted["jobId"])

    def described(self, job: str) -> Mapping[str, Any]:
        """A job as DescribeJobs has it."""
        return dict(self.batch.describe_jobs(jobs=[job])["jobs"][0])

    def ended(self, job: str) -> Mapping[str, Any]:
        """The same, when it has ended."""
        self.wait_for(lambda: self.described(job)["status"] in _ENDED)
        return self.described(job)

    def runs(self, job: str) -> str:
        """The id of a job, when it runs."""
        self.wait_for(lambda: self.described(job)["status"] == "RUNNING")
        return job

    def wait_for(self, condition: Callable[[], Any]) -> Any:
        """The first answer of a condition that is true."""
        deadline = time.monotonic() + self.seconds
        while not (answer := condition()):
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(_PAUSE)
        return answer

    def machine(self, states: Mapping[str, Any], role: str) -> str:
        """A state machine; its ARN."""
        definition = json.dumps({"StartAt": next(iter(states)), "States": states})
        made = self.client("stepfunctions").create_state_machine(
            name=unique("machine"), definition=definition, roleArn=role
        )
        return str(made["stateMachineArn"])

    def started(self, machine: str) -> str:
        """An execution of a state machine; its ARN."""
        return str(self.client("stepfunctions").start_execution(stateMachineArn=machine)["executionArn"])

    def execution(self, arn: str) -> Mapping[str, Any]:
        """An execution when it has ended."""
        states = self.client("stepfunctions")
        self.wait_for(lambda: states.describe_execution(executionArn=arn)["status"] != "RUNNING")
        return dict(states.describe_execution(executionArn=arn))


def unique(kind: str) -> str:
    """A name that nothing else has."""
    return f"{kind}-{uuid.uuid4().hex[:12]}"


def policy(statement: Mapping[str, Any]) -> str:
    """A policy of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
