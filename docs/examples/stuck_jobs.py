"""Jobs that Spot keeps waiting go on demand, and people are told when nothing starts; a day of it in a moment."""

import tempfile
import time
from pathlib import Path
from typing import Any

from aws_cdk import App, CfnOutput, Duration, Size, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from constructs_lib import (
    BatchNetwork,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    NetworkAccess,
    Platform,
    RunnableWatch,
    StuckJobAction,
)
from constructs_lib.local import EmbeddedAws, Ending, Job, SimulatedRunner, VirtualClock
from constructs_lib.testing import LocalAws

HOUR = 3600.0


class StuckJobsStack(Stack):
    """A watched queue over Spot, and a watched one on demand that takes what Spot does not start."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "StuckJobs")
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT, platforms=[Platform.FARGATE])
        spot, on_demand = (
            JobQueue(
                self,
                f"{name}Queue",
                compute_environments=[
                    FargateComputeEnvironment(self, name, vpc=network, max_vcpus=4, spot=name == "Spot")
                ],
            )
            for name in ("Spot", "OnDemand")
        )
        job = ContainerJob(
            self,
            "Render",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            platform=Platform.FARGATE,
            vcpus=4,
            memory=Size.gibibytes(8),
            timeout=Duration.days(2),
        )
        topic = sns.Topic(self, "People", master_key=kms.Key(self, "Key", enable_key_rotation=True), enforce_ssl=True)
        RunnableWatch(
            self,
            "SpotWatch",
            queues=[spot],
            jobs=[job],
            after=Duration.hours(1),
            action=StuckJobAction.resubmit(on_demand).and_notify(topic),
        )
        RunnableWatch(
            self,
            "OnDemandWatch",
            queues=[on_demand],
            after=Duration.hours(12),
            action=StuckJobAction.cancel().and_notify(topic),
            blocked_topic=topic,
        )
        for name, value in {"Job": job.job_definition_arn, "Queue": spot.job_queue_arn}.items():
            CfnOutput(self, f"{name}Arn", value=value)
        CfnOutput(self, "OtherArn", value=on_demand.job_queue_arn)


def behave(job: Job) -> tuple[float, Ending]:
    """A job takes as many hours as its name says at its end."""
    return float(job.spec.name.rpartition("-")[2]) * HOUR, Ending(0)


def ended(batch: Any, job_id: str) -> dict[str, Any]:
    """Wait for a job, and describe it."""
    while True:
        [job] = batch.describe_jobs(jobs=[job_id])["jobs"]
        if job["status"] in {"SUCCEEDED", "FAILED"}:
            return dict(job)
        time.sleep(0.01)


def main() -> None:
    """Deploy it, let one job hold the capacity of the queue for a day, and see what becomes of the next."""
    clock = VirtualClock()
    with (
        tempfile.TemporaryDirectory() as directory,
        EmbeddedAws(Path(directory), clock=clock, runner=SimulatedRunner(behave, clock)) as aws,
    ):
        outputs = LocalAws(aws, Path(directory)).deploy(StuckJobsStack(App())).outputs
        batch = aws.client("batch")
        names = {"jobDefinition": outputs["JobArn"], "jobQueue": outputs["QueueArn"]}
        with clock.working():
            first, second = (batch.submit_job(jobName=name, **names)["jobId"] for name in ("long-24", "short-2"))
        print("second:", ended(batch, second)["statusReason"])
        print("first: ", ended(batch, first)["status"])
        filters = [{"name": "JOB_NAME", "values": ["short-2"]}]
        [copy] = batch.list_jobs(jobQueue=outputs["OtherArn"], filters=filters)["jobSummaryList"]
        print("copy:  ", ended(batch, copy["jobId"])["status"])


if __name__ == "__main__":
    main()
