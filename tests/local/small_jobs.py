"""Jobs by the API, one after the other: for tests of what a program finds, whatever orders it."""

import io
import json
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constructs_lib.local.apps.assembly import ImageAsset
from constructs_lib.local.aws import EmbeddedAws
from tests.waiting import until

REGISTRY_IMAGE = "public.ecr.aws/docker/library/busybox:1.37"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job has ended: its state, the exit code and the reason of its last attempt, and what all of them wrote."""

    status: str
    exit_code: int | None
    reason: str
    output: str


class SmallJobs:
    """A queue, and what runs jobs on it.

    Args:
        aws: where.
        directory: that of the embedded AWS.
    """

    def __init__(self, aws: EmbeddedAws, directory: Path) -> None:
        self._aws = aws
        self.directory = directory
        self._logs = directory / "logs"
        self._batch = aws.client("batch")
        self._batch.create_compute_environment(
            computeEnvironmentName="small",
            type="MANAGED",
            computeResources={"type": "FARGATE", "maxvCpus": 64, "subnets": ["subnet"], "securityGroupIds": ["sg"]},
        )
        order = [{"order": 1, "computeEnvironment": "small"}]
        self._batch.create_job_queue(jobQueueName="small", priority=1, computeEnvironmentOrder=order)
        self.role = self._make_role()

    def image(self, directory: Path, tag: str) -> str:
        """Make an image known that is built from a directory; its name."""
        asset = ImageAsset(
            directory=directory, file="Dockerfile", target=None, tag=tag, build_args={}, platform=None, network=None
        )
        self._aws.processes.add_image(asset)
        return f"123456789012.dkr.ecr.us-east-1.amazonaws.com/assets:{tag}"

    def start(self, *command: str, image: str = REGISTRY_IMAGE, attempts: int = 1, **container: Any) -> str:
        """Submit a job; its id."""
        definition = self._batch.register_job_definition(
            jobDefinitionName="small",
            type="container",
            platformCapabilities=["FARGATE"],
            retryStrategy={"attempts": attempts},
            containerProperties={
                "image": image,
                "command": list(command),
                "resourceRequirements": [{"type": "VCPU", "value": "0.25"}, {"type": "MEMORY", "value": "512"}],
                "executionRoleArn": self.role,
                **container,
            },
        )["jobDefinitionArn"]
        submitted = self._batch.submit_job(jobName="small", jobQueue="small", jobDefinition=definition)
        job_id: str = submitted["jobId"]
        return job_id

    def run(self, *command: str, **options: Any) -> Ended:
        """Run a job to its end."""
        return self.wait(self.start(*command, **options))

    def wait(self, job_id: str) -> Ended:
        """Wait for the end of a job."""
        until(lambda: self.described(job_id)["status"] in ("SUCCEEDED", "FAILED"))
        job = self.described(job_id)
        attempts = [attempt["container"] for attempt in job["attempts"]]
        files = [self._logs / attempt["logStreamName"] for attempt in attempts if "logStreamName" in attempt]
        output = "".join(file.read_text() for file in files if file.exists())
        last = attempts[-1] if attempts else {}
        return Ended(job["status"], last.get("exitCode"), last.get("reason", job.get("statusReason", "")), output)

    def terminate(self, job_id: str) -> None:
        """Terminate a job."""
        self._batch.terminate_job(jobId=job_id, reason="test")

    def described(self, job_id: str) -> dict[str, Any]:
        """A job as DescribeJobs has it."""
        [job] = self._batch.describe_jobs(jobs=[job_id])["jobs"]
        found: dict[str, Any] = job
        return found

    def call(self, code: str) -> Any:
        """Make a function whose module has a `handler`, and call it; its answer."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("module.py", code)
        functions = self._aws.client("lambda")
        name = f"function-{uuid.uuid4().hex}"
        functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="module.handler",
            Role=self.role,
            Code={"ZipFile": archive.getvalue()},
        )
        answer = functions.invoke(FunctionName=name, Payload=b"{}")
        return json.loads(answer["Payload"].read())

    def _make_role(self) -> str:
        services = {"Service": ["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"]}
        trust = _policy({"Effect": "Allow", "Principal": services, "Action": "sts:AssumeRole"})
        rights = _policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
        iam = self._aws.client("iam")
        made: str = iam.create_role(RoleName="small", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        iam.put_role_policy(RoleName="small", PolicyName="all", PolicyDocument=rights)
        return made


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
