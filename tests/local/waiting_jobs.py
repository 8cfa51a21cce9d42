"""A world in which jobs wait and fail for every reason: an embedded AWS in virtual time, made by boto3 alone."""

import json
from collections.abc import Sequence
from typing import Any

import boto3

from constructs_lib.local.runners import Ending
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.ops import Account, Explanation, why
from constructs_lib.testing.local_aws import LocalAws
from tests.local.machines import Machines

START = 1_800_000_000.0
FOREVER = float("inf")
OUT_OF_MEMORY = Ending(137, "OutOfMemoryError: Container killed due to memory usage")
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/render:7"


def behave(job: Job) -> tuple[float, Ending]:
    """By its name: how long a job runs, and how it ends."""
    name, _, code = job.spec.name.partition("-")
    match name:
        case "hold":
            return FOREVER, Ending(0)
        case "memory":
            return 30, OUT_OF_MEMORY
        case "exit":
            return 30, Ending(int(code))
        case "mixed":
            return 30, OUT_OF_MEMORY if (job.index or 0) % 4 == 0 else Ending(2)
        case _:
            return 30, Ending(0)


class Jobs:
    """Queues and jobs of an account, and what `why` says of them.

    Args:
        local_aws: where.
        account: the same, as operations reach it.
    """

    def __init__(self, local_aws: LocalAws, account: Account) -> None:
        self.local_aws, self.account = local_aws, account
        self.aws, self.batch = local_aws.aws, local_aws.client("batch")
        self.machines = Machines(local_aws)
        self.execution_role = self.machines.role("ecs-tasks", "logs:*", "ecr:*")
        local_aws.client("iam").create_instance_profile(InstanceProfileName="instances")

    def environment(self, name: str, **resources: Any) -> str:
        """An environment; on Fargate unless instance types are named."""
        network = {"subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}
        more: dict[str, Any] = {"type": "FARGATE", "maxvCpus": 4, **network, **resources}
        if "instanceTypes" in more:
            strategy = "SPOT_PRICE_CAPACITY_OPTIMIZED" if resources.get("type") == "SPOT" else "BEST_FIT_PROGRESSIVE"
            on_instances = {"minvCpus": 0, "instanceRole": "instances", "allocationStrategy": strategy}
            more = {**on_instances, **more, "type": resources.get("type", "EC2")}
        self.batch.create_compute_environment(computeEnvironmentName=name, type="MANAGED", computeResources=more)
        return name

    def queue(self, name: str, **resources: Any) -> str:
        """A queue with an environment of its name."""
        return self.over(name, self.environment(name, **resources))

    def over(self, name: str, *environments: str, **options: Any) -> str:
        """A queue over environments that exist."""
        order = [{"order": number, "computeEnvironment": each} for number, each in enumerate(environments)]
        self.batch.create_job_queue(jobQueueName=name, priority=1, computeEnvironmentOrder=order, **options)
        return name

    def definition(self, name: str, *, vcpus: float = 1, memory: int = 2048, gpus: int = 0, **more: Any) -> str:
        """A job definition for Fargate."""
        fargate = {"executionRoleArn": self.execution_role}
        return self._definition(name, "FARGATE", _needs(vcpus, memory, gpus), {**fargate, **more})

    def definition_on_instances(
        self, name: str, *, vcpus: float = 1, memory: int = 2048, gpus: int = 0, **more: Any
    ) -> str:
        """A job definition for instances."""
        return self._definition(name, "EC2", _needs(vcpus, memory, gpus), more)

    def submit(self, name: str, queue: str, definition: str, **options: Any) -> str:
        submitted = self.batch.submit_job(jobName=name, jobQueue=queue, jobDefinition=definition, **options)
        return str(submitted["jobId"])

    def described(self, job: str) -> dict[str, Any]:
        return dict(self.batch.describe_jobs(jobs=[job])["jobs"][0])

    def running(self, job: str) -> str:
        """The id of a job when it runs."""
        while self.described(job)["status"] != "RUNNING":
            pass
        return job

    def ended(self, job: str) -> str:
        """The id of a job when it has ended."""
        while self.described(job)["status"] not in {"SUCCEEDED", "FAILED"}:
            pass
        return job

    def failed(self, name: str, **options: Any) -> str:
        """The id of a job that has failed as its name says."""
        return self.ended(self.submit(name, "free", "small", **options))

    def machine(
        self,
        name: str,
        states: dict[str, Any],
        *,
        rights: Sequence[str] = ("batch:*", "events:*"),
        **fields: Any,
    ) -> str:
        """A state machine, with a role, of names of their own."""
        iam = self.local_aws.client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = iam.create_role(RoleName=f"{name}Role", AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
        allowed = {"Effect": "Allow", "Action": list(rights), "Resource": "*"}
        iam.put_role_policy(RoleName=f"{name}Role", PolicyName="Own", PolicyDocument=_policy(allowed))
        definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **fields})
        made = self.machines.states.create_state_machine(name=name, definition=definition, roleArn=role)
        return str(made["stateMachineArn"])

    def run(self, machine: str, name: str, given: Any = None) -> str:
        """An execution when it has ended."""
        start = self.machines.states.start_execution
        arn = start(stateMachineArn=machine, name=name, input=json.dumps(given or {}))["executionArn"]
        self.machines.wait(arn)
        return str(arn)

    def why_of_running(self, execution: str, event: str) -> Explanation:
        """What is said of an execution when its history has an event of a type."""
        history = self.machines.states.get_execution_history
        while event not in {entry["type"] for entry in history(executionArn=execution)["events"]}:
            pass
        return self.why(execution)

    def somebody(self, user: str, *actions: str) -> Account:
        """The account, as somebody reaches it who may do no more than these actions."""
        iam = self.local_aws.client("iam")
        iam.create_user(UserName=user)
        allowed = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        iam.put_user_policy(UserName=user, PolicyName="Own", PolicyDocument=_policy(allowed))
        key = iam.create_access_key(UserName=user)["AccessKey"]
        session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=self.account.region)
        return Account(session, self.account.endpoint_url)

    def why(self, name: str) -> Explanation:
        return why(self.account, name)

    def _definition(self, name: str, platform: str, needs: list[dict[str, str]], more: dict[str, Any]) -> str:
        container = {"image": IMAGE, "command": ["work"], "resourceRequirements": needs, **more}
        self.batch.register_job_definition(
            jobDefinitionName=name, type="container", platformCapabilities=[platform], containerProperties=container
        )
        return name


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _needs(vcpus: float, memory: int, gpus: int) -> list[dict[str, str]]:
    needs = [{"type": "VCPU", "value": f"{vcpus:g}"}, {"type": "MEMORY", "value": str(memory)}]
    return [*needs, {"type": "GPU", "value": str(gpus)}] if gpus else needs
