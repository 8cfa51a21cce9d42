"""An embedded AWS in which examples of rules are deployed and started, with what they leave out.

The accounts of the examples are in eu-west-1. What they name is there: roles, an instance profile, a queue, a
definition, a scheduling policy and compute environments of others.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal

import boto3
from botocore.exceptions import ClientError

from constructs_lib.checks.rule import Rule
from constructs_lib.checks.rules import rules
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.templates.reading import read
from tests.waiting import settled_stack

REGION: Final = "eu-west-1"
PROFILE: Final = "arn:aws:iam::123456789012:instance-profile/instances"
FLEET: Final = "arn:aws:iam::123456789012:role/fleet"
JOB_SECONDS: Final = 30.0
_AT_ONCE: Final = timedelta(minutes=1)
_WHILE: Final = timedelta(minutes=50)
"""Long enough for an array of 10,000 in 256 vCPUs, and shorter than the time that examples give their states."""

_AROUND: Final = """
Resources:
  Machine:
    Type: AWS::IAM::Role
    Properties:
      RoleName: machine
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal:
              AWS: '123456789012'
              Service: [states.amazonaws.com, ec2.amazonaws.com, ecs-tasks.amazonaws.com]
      Policies:
        - PolicyName: run
          PolicyDocument: {Statement: [{Effect: Allow, Action: ['batch:*', 'events:*', 'sns:*'], Resource: '*'}]}
  Instances:
    Type: AWS::IAM::InstanceProfile
    Properties: {InstanceProfileName: instances, Roles: [!Ref Machine]}
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Teams: {Type: AWS::Batch::SchedulingPolicy, Properties: {Name: teams}}
  Others:
    Type: AWS::Batch::JobQueue
    Properties:
      JobQueueName: others
      Priority: 1
      ComputeEnvironmentOrder: [{Order: 1, ComputeEnvironment: !Ref one}]
  Fargate:
    Type: AWS::Batch::ComputeEnvironment
    Properties:
      Type: MANAGED
      ComputeResources: {Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1]}
  Tasks:
    Type: AWS::Batch::JobQueue
    Properties:
      JobQueueName: tasks
      Priority: 1
      ComputeEnvironmentOrder: [{Order: 1, ComputeEnvironment: !Ref Fargate}]
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: topic}}
  Charts:
    Type: AWS::Batch::JobQueue
    Properties:
      JobQueueName: charts
      Priority: 1
      ComputeEnvironmentOrder: [{Order: 1, ComputeEnvironment: !Ref one}]
"""
_DEFINITIONS: Final = ("charts", "split", "draw")
_ROLES: Final = {
    "submit": ["batch:*"],
    "execution": [],
    "fleet": [],
    "job": [],
    "submitter": ["batch:RegisterJobDefinition"],
}
"""What roles may do that the examples name, besides the machine's."""
_ENVIRONMENTS: Final = ("one", "two", "three", "four")

Stage = Literal["deployment", "submit", "placement", "run", "execution", "end"]


@dataclass(frozen=True)
class Seen:
    """How far an example gets.

    Args:
        stage: where it ends: at its deployment, at a submit, in RUNNABLE, with a job that fails, with an execution that
            fails otherwise, or well.
        words: what AWS says.
    """

    stage: Stage
    words: str = ""


class Refused(Exception):  # noqa: N818 - it is an answer
    """CloudFormation rolls a stack back."""


class Ground:
    """The account.

    Args:
        aws: with a virtual clock.
    """

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws = aws
        self.cloudformation, self.batch = aws.client("cloudformation"), aws.client("batch")
        self._states, self._events = aws.client("stepfunctions"), aws.client("events")
        self.statuses: list[str] = []
        """Of the executions that were started last, when they were looked at."""
        self._names = (f"example{number}" for number in count())
        around = dict(read(_AROUND)["Resources"])
        trust = around["Machine"]["Properties"]["AssumeRolePolicyDocument"]
        around |= {name: _role(name, trust, actions) for name, actions in _ROLES.items()}
        around |= {name: _environment(name) for name in _ENVIRONMENTS}
        around |= {name: _definition(name) for name in _DEFINITIONS}
        self._vpc = ""
        self._create("around", {"Resources": around})
        self._vpc = self.resources("around")["Vpc"]

    @contextmanager
    def deployed(self, template: Mapping[str, Any]) -> Iterator[str]:
        """A template while it is deployed: the name of its stack.

        Raises:
            Refused: it is rolled back; the text is the reason.
        """
        name = next(self._names)
        identity = self._create(name, template)
        try:
            yield name
        finally:
            self.cloudformation.delete_stack(StackName=name)
            assert settled_stack(self.cloudformation, identity)["StackStatus"] == "DELETE_COMPLETE"

    def update(self, stack: str, template: Mapping[str, Any]) -> None:
        """Deploy a template again."""
        self.cloudformation.update_stack(StackName=stack, TemplateBody=json.dumps(template))
        assert settled_stack(self.cloudformation, stack)["StackStatus"] == "UPDATE_COMPLETE"

    def see(self, template: Mapping[str, Any], **options: Any) -> Seen:
        """Deploy a template, start what it has as `start` does, and see how far that gets."""
        try:
            with self.deployed(template) as stack:
                return self.start(stack, template, **options)
        except Refused as refused:
            return Seen("deployment", str(refused))

    def of_role(self, role: str, service: str) -> Any:
        """A client with the rights of a role."""
        arn = f"arn:aws:iam::123456789012:role/{role}"
        keys = self.aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="example")["Credentials"]
        return boto3.client(
            service,
            endpoint_url=self.aws.endpoint_url,
            region_name=REGION,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    def of_job(self, role: str, service: str) -> Any:
        """A client with the rights of a role that only jobs take on otherwise."""
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "123456789012"}}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        self.aws.client("iam").update_assume_role_policy(RoleName=role, PolicyDocument=document)
        return self.of_role(role, service)

    def stopped(self, template: Mapping[str, Any]) -> str:
        """Deploy a template, start its state machine, and stop that: the status of its job afterwards."""
        with self.deployed(template) as stack, self.aws.clock.working():
            [execution] = self._executions(template, self.resources(stack), "{}")
            self.aws.advance(_AT_ONCE)
            job = self.aws.batch.leaves()[-1].id
            self._states.stop_execution(executionArn=execution)
            self.aws.advance(_AT_ONCE)
            [found] = self.jobs([job])
            self.batch.terminate_job(jobId=job, reason="The example is over.")
            return str(found["status"])

    def start(
        self, stack: str, template: Mapping[str, Any], *, items: Sequence[Any] = (), meanwhile: timedelta = _WHILE
    ) -> Seen:
        """Start the state machines of a stack; what no state machine submits is submitted as it would be.

        Args:
            stack: its name.
            template: what it was made of.
            items: what executions get as ``items``.
            meanwhile: how much time passes until it is looked at. Default: 50 minutes.
        """
        resources = self.resources(stack)
        with self.aws.clock.working():  # what is looked at stands still
            before = {job.id for job in self.aws.batch.jobs()}
            executions = self._executions(template, resources, json.dumps({"items": items}))
            try:
                self._submit(template, resources)
            except ClientError as error:
                return Seen("submit", error.response["Error"]["Message"])
            self.aws.advance(_AT_ONCE)
            begun = self.aws.batch.jobs()
            jobs = [job.id for job in begun if job.id not in before]
            reasons = [job.get("statusReason", "") for job in self.jobs(jobs)]
            self.aws.advance(meanwhile)
            ended = self.ended(executions)
            self.statuses = [execution["status"] for execution in ended]
            seen = self._seen(self.jobs(jobs), ended, reasons)
            for job in jobs:
                self.batch.terminate_job(jobId=job, reason="The example is over.")
            return seen

    def resources(self, stack: str) -> dict[str, str]:
        """The physical ids of a stack's resources."""
        found = self.cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
        return {entry["LogicalResourceId"]: entry["PhysicalResourceId"] for entry in found}

    def jobs(self, ids: list[str]) -> list[dict[str, Any]]:
        """Jobs as DescribeJobs has them."""
        return list(self.batch.describe_jobs(jobs=ids)["jobs"]) if ids else []

    def ended(self, executions: list[str]) -> list[dict[str, Any]]:
        """Executions as DescribeExecution has them."""
        return [dict(self._states.describe_execution(executionArn=arn)) for arn in executions]

    def _seen(self, jobs: list[dict[str, Any]], executions: list[dict[str, Any]], reasons: list[str]) -> Seen:
        if any(job["status"] == "RUNNABLE" for job in jobs):
            return Seen("placement", reasons[0])
        for job in jobs:
            if job["status"] != "SUCCEEDED":
                return Seen("run", job.get("statusReason", job["status"]))
        for execution in executions:
            if execution["status"] != "SUCCEEDED":
                error = execution.get("error", execution["status"])
                return Seen(
                    "submit" if error.startswith("Batch.") else "execution", f"{error}: {execution.get('cause')}"
                )
        return Seen("end")

    def _executions(self, template: Mapping[str, Any], resources: Mapping[str, str], given: str) -> list[str]:
        machines = [resources[name] for name in _of(template, "AWS::StepFunctions::StateMachine")]
        return [self._states.start_execution(stateMachineArn=arn, input=given)["executionArn"] for arn in machines]

    def _submit(self, template: Mapping[str, Any], resources: Mapping[str, str]) -> None:
        for request in self._requests(template, resources):
            self.batch.submit_job(jobName="example", **request)

    def _create(self, name: str, template: Mapping[str, Any]) -> str:
        body = re.sub(r"vpc-[0-9a-f]{8}\b", self._vpc, json.dumps(template))  # that of somebody else is that of around
        self.cloudformation.create_stack(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"])
        stack = settled_stack(self.cloudformation, name)
        if stack["StackStatus"] != "CREATE_COMPLETE":
            events = self.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
            reasons = [event["ResourceStatusReason"] for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
            self.cloudformation.delete_stack(StackName=name)
            settled_stack(self.cloudformation, stack["StackId"])
            raise Refused(reasons[-1])  # the first one: the others are cancelled
        return str(stack["StackId"])

    def _requests(self, template: Mapping[str, Any], resources: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """What rules submit; without rules and state machines, each definition, to the queue of the template."""
        rules = [*_of(template, "AWS::Events::Rule")]
        for name in rules:
            for target in self._events.list_targets_by_rule(Rule=resources[name])["Targets"]:
                yield {"jobQueue": target["Arn"], "jobDefinition": target["BatchParameters"]["JobDefinition"]}
        if not rules and not [*_of(template, "AWS::StepFunctions::StateMachine")]:
            own = next((resources[name] for name in _of(template, "AWS::Batch::JobQueue")), None)
            for name in _of(template, "AWS::Batch::JobDefinition"):
                on_fargate = "FARGATE" in template["Resources"][name]["Properties"].get("PlatformCapabilities", ())
                yield {"jobQueue": own or ("tasks" if on_fargate else "charts"), "jobDefinition": resources[name]}


class Behavior:
    """How long jobs take, and how they end: well, unless it is said otherwise."""

    seconds = JOB_SECONDS

    def __init__(self) -> None:
        self.next: list[tuple[float, Ending]] = []
        """Of the jobs that start next."""

    def __call__(self, job: Job) -> tuple[float, Ending]:
        """Of an attempt."""
        del job
        return self.next.pop(0) if self.next else (self.seconds, Ending(0))


@contextmanager
def opened(directory: Path, behavior: Behavior) -> Iterator[Ground]:
    """An account in which jobs behave so."""
    clock = VirtualClock()
    runner = SimulatedRunner(behavior, clock)
    with EmbeddedAws(directory, clock=clock, runner=runner, region=REGION) as aws:
        yield Ground(aws)


def of(code: str) -> Rule:
    """A rule by its id."""
    return next(rule for rule in rules() if rule.id == code)


def example(code: str, value: str) -> dict[str, Any]:
    """The example of a rule, wrong or right, with what it leaves out."""
    return completed(of(code).example.with_value(getattr(of(code).example, value)))


def completed(text: str) -> dict[str, Any]:
    """The example of a rule with what AWS wants besides: the identities of instances."""
    template: dict[str, Any] = dict(read(text))
    for part in ("Parameters", "Conditions"):
        template.pop(part)  # they are for what is not known
    for name in _of(template, "AWS::Batch::ComputeEnvironment"):
        computing = template["Resources"][name]["Properties"].get("ComputeResources", {})
        if computing.get("Type") in ("EC2", "SPOT"):
            computing.setdefault("InstanceRole", PROFILE)
        if computing.get("Type") == "SPOT":
            computing.setdefault("SpotIamFleetRole", FLEET)
    return template


def _of(template: Mapping[str, Any], kind: str) -> Iterator[str]:
    return (name for name, entry in template["Resources"].items() if entry["Type"] == kind)


def _role(name: str, trust: dict[str, Any], actions: list[str]) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    policies = [{"PolicyName": "own", "PolicyDocument": {"Statement": [statement]}}] if actions else []
    properties = {"RoleName": name, "AssumeRolePolicyDocument": trust, "Policies": policies}
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def _environment(name: str) -> dict[str, Any]:
    resources = {
        "Type": "EC2",
        "AllocationStrategy": "BEST_FIT_PROGRESSIVE",
        "MaxvCpus": 256,
        "InstanceRole": PROFILE,
        "Subnets": ["subnet-1"],
    }
    properties = {"Type": "MANAGED", "ComputeEnvironmentName": name, "ComputeResources": resources}
    return {"Type": "AWS::Batch::ComputeEnvironment", "Properties": properties, "DependsOn": "Instances"}


def _definition(name: str) -> dict[str, Any]:
    container = {"Image": "busybox", "Vcpus": 1, "Memory": 512}
    properties = {"Type": "container", "JobDefinitionName": name, "ContainerProperties": container}
    return {"Type": "AWS::Batch::JobDefinition", "Properties": properties}
