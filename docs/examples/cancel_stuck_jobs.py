"""The check that cancels what does not start: a job that no environment can ever run ends after an hour, and says why.

Without it, the job would wait in RUNNABLE for ever, and whoever waits for it, too. Here in virtual time.
"""

import tempfile
import time
from pathlib import Path
from typing import Any

from aws_cdk import App, CfnOutput, Duration, Size, Stack

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


class CancelStack(Stack):
    """A queue of two vCPUs that is watched, and a job that may ask for more."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Cancel")
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT, platforms=[Platform.FARGATE])
        environment = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=2)
        queue = JobQueue(self, "Queue", compute_environments=[environment])
        job = ContainerJob(
            self,
            "Render",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            platform=Platform.FARGATE,
            vcpus=1,
            memory=Size.gibibytes(8),
        )
        RunnableWatch(self, "Watch", queues=[queue], after=Duration.hours(1), action=StuckJobAction.cancel())
        for name, value in {"Job": job.job_definition_arn, "Queue": queue.job_queue_arn}.items():
            CfnOutput(self, f"{name}Arn", value=value)


def behave(_: Job) -> tuple[float, Ending]:
    """Each job that starts takes ten minutes."""
    return 600.0, Ending(0)


def ended(batch: Any, job_id: str) -> dict[str, Any]:
    """Wait for a job, and describe it."""
    while True:
        [job] = batch.describe_jobs(jobs=[job_id])["jobs"]
        if job["status"] in {"SUCCEEDED", "FAILED"}:
            return dict(job)
        time.sleep(0.01)


def main() -> None:
    """Deploy it, and submit a job that fits, and one that asks for more vCPUs than there will ever be."""
    clock = VirtualClock()
    with (
        tempfile.TemporaryDirectory() as directory,
        EmbeddedAws(Path(directory), clock=clock, runner=SimulatedRunner(behave, clock)) as aws,
    ):
        outputs = LocalAws(aws, Path(directory)).deploy(CancelStack(App())).outputs
        batch = aws.client("batch")
        names = {"jobDefinition": outputs["JobArn"], "jobQueue": outputs["QueueArn"]}
        more = {"resourceRequirements": [{"type": "VCPU", "value": "4"}]}
        with clock.working():
            fits = batch.submit_job(jobName="fits", **names)["jobId"]
            never = batch.submit_job(jobName="never", containerOverrides=more, **names)["jobId"]
        for job in (ended(batch, fits), ended(batch, never)):
            print(f"{job['jobName']}: {job['status']}: {job.get('statusReason', '')}")


if __name__ == "__main__":
    main()
