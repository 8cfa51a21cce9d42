"""A solver on four instances that exchange data by EFA, and its mesh; the solver runs in an embedded AWS."""

import tempfile
import time
from pathlib import Path
from typing import Any

from aws_cdk import App, CfnOutput, Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_secretsmanager as secretsmanager

from constructs_lib import (
    BatchNetwork,
    ContainerJob,
    Ec2ComputeEnvironment,
    JobImage,
    JobQueue,
    LinuxParameters,
    MultiNodeJob,
    NetworkAccess,
    NodeGroup,
    Platform,
)
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws

PROGRAM = Path(__file__).parent / "nodes_job"
INSTANCE = "c7i.48xlarge"


class MultiNodeStack(Stack):
    """A job that makes a mesh on one instance, and one that solves on four."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "MultiNode")
        # The registry of the mesh maker's vendor is on the internet.
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT, platforms=[Platform.EC2])
        cluster = Ec2ComputeEnvironment(
            self, "Cluster", vpc=network, max_vcpus=4 * 192, instance_types=[INSTANCE], efa=True
        )
        vendor = secretsmanager.Secret.from_secret_name_v2(self, "Vendor", "vendor-registry")
        mesh = ContainerJob(
            self,
            "Mesh",
            image=JobImage.from_registry("registry.example.com/mesher:4.2", credentials=vendor),
            vcpus=16,
            memory=Size.gibibytes(64),
            command=["mesh", "Ref::mesh"],
            parameters={"mesh": "wing"},
            linux_parameters=LinuxParameters(tmpfs={"/cells": Size.gibibytes(8)}, init_process=True),
            ulimits=[batch.Ulimit(name=batch.UlimitName.NOFILE, soft_limit=65_536, hard_limit=65_536)],
            readonly_root_filesystem=True,
        )
        solve = MultiNodeJob(
            self,
            "Solve",
            groups=[
                NodeGroup(
                    nodes=4,
                    image=JobImage.from_directory(self, "Image", PROGRAM),
                    vcpus=192,
                    memory=Size.gibibytes(360),  # of 384; the agent of ECS and the system take some
                    command=["Ref::mesh"],
                    linux_parameters=LinuxParameters(shared_memory=Size.gibibytes(64)),
                )
            ],
            instance_type=INSTANCE,
            efa_interfaces=1,
            parameters={"mesh": "wing"},
            timeout=Duration.hours(12),
        )
        queue = JobQueue(self, "Queue", compute_environments=[cluster])
        names = {"Queue": queue.job_queue_arn, "Mesh": mesh.job_definition_arn, "Solve": solve.job_definition_arn}
        for name, value in {**names, "Logs": solve.log_group.log_group_name}.items():
            CfnOutput(self, f"{name}Name", value=value)


def wait(batch: Any, job_id: str) -> dict[str, Any]:
    """Wait for a job, and describe it."""
    while True:
        described: dict[str, Any] = batch.describe_jobs(jobs=[job_id])["jobs"][0]
        if described["status"] in {"SUCCEEDED", "FAILED"}:
            return described
        time.sleep(0.05)


def main() -> None:
    """Deploy it, solve, and print what each node wrote."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        stack = LocalAws(aws, Path(directory)).deploy(MultiNodeStack(App()))
        queue, definition, group = (stack.outputs[name] for name in ("QueueName", "SolveName", "LogsName"))
        batch, logs = aws.client("batch"), aws.client("logs")
        job_id = batch.submit_job(jobName="solve", jobQueue=queue, jobDefinition=definition)["jobId"]
        print(wait(batch, job_id)["status"])
        for node in batch.describe_jobs(jobs=[f"{job_id}#{index}" for index in range(4)])["jobs"]:
            stream = node["container"]["logStreamName"]
            events = logs.get_log_events(logGroupName=group, logStreamName=stream)["events"]
            print(*(event["message"] for event in events))


if __name__ == "__main__":
    main()
