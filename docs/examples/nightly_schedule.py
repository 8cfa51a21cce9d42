"""A pipeline every night at three in Berlin, and a job every Sunday without a state machine: a month in a moment."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aws_cdk import App, CfnOutput, Duration, Size, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from constructs_lib import (
    ArrayFanOut,
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    NetworkAccess,
    Platform,
    ScheduleTrigger,
    SubmitTarget,
)
from constructs_lib.local import EmbeddedAws, Ending, Job, SimulatedRunner, VirtualClock
from constructs_lib.testing import LocalAws

START = datetime(2027, 3, 1, 12, tzinfo=UTC)


class NightlyStack(Stack):
    """An array job over four regions each night, and a cleaning job each week."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Nightly")
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT, platforms=[Platform.FARGATE])
        fargate = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=16, spot=True)
        queue = JobQueue(self, "Queue", compute_environments=[fargate])
        job = ContainerJob(
            self,
            "Report",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            platform=Platform.FARGATE,
            vcpus=1,
            memory=Size.gibibytes(2),
        )
        people = sns.Topic(self, "People", master_key=kms.Key(self, "Key", enable_key_rotation=True), enforce_ssl=True)
        regions = ArrayFanOut(self, "Regions", job=job, queue=queue)
        machine = BatchStateMachine(self, "StateMachine", definition=regions)
        ScheduleTrigger(
            self,
            "Nightly",
            schedule="cron(0 3 * * ? *)",
            time_zone="Europe/Berlin",
            flexible_window=Duration.minutes(15),
            target=machine,
            input={"items": ["north", "east", "south", "west"], "night": "<aws.scheduler.scheduled-time>"},
            alarm_topic=people,
        )
        ScheduleTrigger(
            self,
            "Cleanup",
            schedule="cron(0 6 ? * SUN *)",
            target=SubmitTarget(
                job=job, queue=queue, command=["clean"], environment={"BEFORE": "<aws.scheduler.scheduled-time>"}
            ),
            alarm_topic=people,
        )
        CfnOutput(self, "StateMachineArn", value=machine.state_machine_arn)
        CfnOutput(self, "QueueArn", value=queue.job_queue_arn)


def behave(_: Job) -> tuple[float, Ending]:
    """Each job takes an hour."""
    return 3600.0, Ending(0)


def executions(states: Any, machine: str) -> list[dict[str, Any]]:
    """The executions of a state machine, the first one first."""
    pages = states.get_paginator("list_executions").paginate(stateMachineArn=machine)
    return sorted((item for page in pages for item in page["executions"]), key=lambda item: item["startDate"])


def main() -> None:
    """Deploy it, let March pass, and see what has run."""
    clock = VirtualClock(START.timestamp())
    with (
        tempfile.TemporaryDirectory() as directory,
        EmbeddedAws(Path(directory), clock=clock, runner=SimulatedRunner(behave, clock)) as aws,
    ):
        outputs = LocalAws(aws, Path(directory)).deploy(NightlyStack(App())).outputs
        aws.advance(timedelta(days=31))
        nights = executions(aws.client("stepfunctions"), outputs["StateMachineArn"])
        print(len(nights), "nights:", {night["status"] for night in nights})
        print("first:", nights[0]["name"])
        print("last: ", nights[-1]["name"], "- which is 3:00 in summer")
        cleaned = [{"name": "JOB_NAME", "values": ["Cleanup"]}]
        jobs = aws.client("batch").list_jobs(jobQueue=outputs["QueueArn"], filters=cleaned)["jobSummaryList"]
        print(len(jobs), "Sundays:", {job["status"] for job in jobs})


if __name__ == "__main__":
    main()
