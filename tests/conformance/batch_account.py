"""AWS Batch for the conformance cases: an environment, queues and definitions under names of their own."""

import json
import uuid
from typing import Any

from constructs_lib.local.aws import EmbeddedAws
from tests.waiting import until

Json = dict[str, Any]

GUIDE = "https://docs.aws.amazon.com/batch/latest/userguide"
API = "https://docs.aws.amazon.com/batch/latest/APIReference"

EXECUTION_ROLE = "arn:aws:iam::123456789012:role/execution"
INSTANCE_ROLE = "arn:aws:iam::123456789012:instance-profile/instances"


_LOGS = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}


def unique(prefix: str) -> str:
    """A name that nothing else has."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def resources(vcpu: str = "2", memory: str = "4096") -> list[Json]:
    """The resource requirements of a container."""
    return [{"type": "VCPU", "value": vcpu}, {"type": "MEMORY", "value": memory}]


def _trust(service: str) -> str:
    return _policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})


def _policy(statement: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class BatchAccount:
    """What a case needs of AWS Batch, made with as few words as possible.

    Args:
        aws: the account.
    """

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws = aws
        self.batch: Any = aws.client("batch")
        iam = aws.client("iam")
        iam.create_role(RoleName="execution", AssumeRolePolicyDocument=_trust("ecs-tasks.amazonaws.com"))
        iam.create_role(RoleName="instances", AssumeRolePolicyDocument=_trust("ec2.amazonaws.com"))
        iam.put_role_policy(RoleName="instances", PolicyName="logs", PolicyDocument=_policy(_LOGS))
        iam.create_instance_profile(InstanceProfileName="instances")
        iam.add_role_to_instance_profile(InstanceProfileName="instances", RoleName="instances")

    def environment(self, kind: str = "EC2", **compute: Any) -> str:
        """Make a managed environment; its ARN."""
        own = {"instanceRole": INSTANCE_ROLE} if kind in ("EC2", "SPOT") else {"securityGroupIds": ["sg-1"]}
        allocation = {"allocationStrategy": "SPOT_CAPACITY_OPTIMIZED"} if kind == "SPOT" else {}
        made = self.batch.create_compute_environment(
            computeEnvironmentName=unique("environment"),
            type="MANAGED",
            computeResources={"type": kind, "maxvCpus": 64, "subnets": ["subnet-1"], **own, **allocation, **compute},
        )
        return str(made["computeEnvironmentArn"])

    def queue(self, *environments: str, **members: Any) -> str:
        """Make a queue over environments, one of 64 vCPUs when none is given; its ARN."""
        order = [{"order": n, "computeEnvironment": arn} for n, arn in enumerate(environments or [self.environment()])]
        request = {"jobQueueName": unique("queue"), "priority": 1, "computeEnvironmentOrder": order, **members}
        return str(self.batch.create_job_queue(**request)["jobQueueArn"])

    def policy(self, **fair_share: Any) -> str:
        """Make a scheduling policy; its ARN."""
        made = self.batch.create_scheduling_policy(name=unique("policy"), fairsharePolicy=fair_share)
        return str(made["arn"])

    def definition(self, *command: str, container: Json | None = None, **members: Any) -> str:
        """Register a job definition, by default of two vCPUs, as the smallest instances have; its ARN."""
        properties = {
            "image": "none",
            "command": list(command),
            "resourceRequirements": resources(),
            **(container or {}),
        }
        request = {
            "jobDefinitionName": unique("definition"),
            "type": "container",
            "containerProperties": properties,
            **members,
        }
        if "ecsProperties" in members:
            del request["containerProperties"]
        return str(self.batch.register_job_definition(**request)["jobDefinitionArn"])

    def submit(self, queue: str, *command: str, definition: str | None = None, **request: Any) -> str:
        """Submit a job; its id."""
        job = {
            "jobName": "job",
            "jobQueue": queue,
            "jobDefinition": definition or self.definition(*command),
            **request,
        }
        return str(self.batch.submit_job(**job)["jobId"])

    def describe(self, job_id: str) -> Json:
        """One job."""
        [job] = self.batch.describe_jobs(jobs=[job_id])["jobs"]
        return dict(job)

    def ended(self, job_id: str) -> Json:
        """One job, as soon as it has ended."""
        assert self.aws.batch.wait_for_job(job_id, 20) is not None, self.describe(job_id)
        return self.describe(job_id)

    def started_at(self, job_id: str) -> float:
        """When a job started, once it has ended; more exact than the milliseconds that the API tells."""
        self.ended(job_id)
        [started_at] = [leaf.started_at for leaf in self.aws.batch.leaves() if leaf.id == job_id]
        assert started_at
        return started_at

    def reach(self, job_id: str, status: str) -> Json:
        """One job, as soon as it has a status."""
        until(lambda: self.describe(job_id)["status"] == status)
        return self.describe(job_id)
