"""A job of three containers on Fargate: one fetches, one computes, one watches; it runs in an embedded AWS."""

import tempfile
import time
from pathlib import Path
from typing import Any

from aws_cdk import App, CfnOutput, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_secretsmanager as secretsmanager

from constructs_lib import (
    BatchNetwork,
    FargateComputeEnvironment,
    JobContainer,
    JobImage,
    JobQueue,
    JobSecret,
    LinuxParameters,
    MultiContainerJob,
    Platform,
    StartAfter,
)
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws

PROGRAM = Path(__file__).parent / "containers_job"


class JobContainersStack(Stack):
    """Containers that share a directory and nothing else: only the first one has the token."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "JobContainers")
        network = BatchNetwork(
            self,
            "Network",
            platforms=[Platform.FARGATE],
            services=[ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER],
        )
        fargate = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=16)
        image = JobImage.from_directory(self, "Image", PROGRAM, architecture=ec2.InstanceArchitecture.ARM_64)
        token = JobSecret.from_secrets_manager(secretsmanager.Secret(self, "Token"))
        fetch = JobContainer(
            name="fetch",
            image=image,
            vcpus=0.25,
            memory=Size.mebibytes(512),
            command=["fetch.py", "/exchange/measurements.json", "Ref::size"],
            secrets={"TOKEN": token},
            readonly_root_filesystem=True,
            essential=False,
        )
        count = JobContainer(
            name="count",
            image=image,
            vcpus=0.5,
            memory=Size.gibibytes(1),
            readonly_root_filesystem=True,
            after={"fetch": StartAfter.SUCCESS},
        )
        watch = JobContainer(
            name="watch",
            image=image,
            vcpus=0.25,
            memory=Size.mebibytes(512),
            command=["watch.py", "/exchange/progress"],
            linux_parameters=LinuxParameters(init_process=True),
            readonly_root_filesystem=True,
            essential=False,
            after={"count": StartAfter.START},
        )
        job = MultiContainerJob(
            self,
            "Count",
            containers=[fetch, count, watch],
            platform=Platform.FARGATE,
            shared_directories=["/exchange"],
            ephemeral_storage=Size.gibibytes(50),
            parameters={"size": "100"},
            keep_revisions=True,
        )
        queue = JobQueue(self, "Queue", compute_environments=[fargate])
        names = {"Queue": queue.job_queue_arn, "Job": job.job_definition_arn, "Logs": job.log_group.log_group_name}
        for name, value in names.items():
            CfnOutput(self, f"{name}Name", value=value)


def wait(batch: Any, job_id: str) -> dict[str, Any]:
    """Wait for a job, and describe it."""
    while True:
        described: dict[str, Any] = batch.describe_jobs(jobs=[job_id])["jobs"][0]
        if described["status"] in {"SUCCEEDED", "FAILED"}:
            return described
        time.sleep(0.05)


def main() -> None:
    """Deploy it, run the job, and print what each container wrote."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        stack = LocalAws(aws, Path(directory)).deploy(JobContainersStack(App()))
        queue, definition, group = (stack.outputs[name] for name in ("QueueName", "JobName", "LogsName"))
        batch, logs = aws.client("batch"), aws.client("logs")
        job = wait(batch, batch.submit_job(jobName="count", jobQueue=queue, jobDefinition=definition)["jobId"])
        print(job["status"], "-", job["statusReason"])
        for container in job["ecsProperties"]["taskProperties"][0]["containers"]:
            stream = container["logStreamName"]
            events = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)["events"]
            lines = [event["message"] for event in events]
            print(f"{container['name']}, exit code {container.get('exitCode')}:", *lines[-1:])


if __name__ == "__main__":
    main()
