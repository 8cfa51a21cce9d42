"""A file in a bucket starts a pipeline, many at once start one, and so does a message: each once, and none is lost."""

import json
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from aws_cdk import App, CfnOutput, Duration, RemovalPolicy, Size, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs

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
    QueueTrigger,
    SubmitTarget,
    UploadTrigger,
)
from constructs_lib.local import EmbeddedAws, Ending, Job, SimulatedRunner, VirtualClock
from constructs_lib.testing import LocalAws


class UploadsStack(Stack):
    """Scenes start a pipeline each, tiles one for all of a minute, a log one job, and orders come by a queue."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Uploads")
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT, platforms=[Platform.FARGATE])
        fargate = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=16, spot=True)
        queue = JobQueue(self, "Queue", compute_environments=[fargate])
        job = ContainerJob(
            self,
            "Work",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            platform=Platform.FARGATE,
            vcpus=1,
            memory=Size.gibibytes(2),
            command=["Ref::what"],
            parameters={"what": "nothing"},
        )
        data = s3.Bucket(
            self,
            "Data",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
        machine = BatchStateMachine(
            self,
            "Pipeline",
            definition=ArrayFanOut(self, "Items", job=job, queue=queue),
            on_upload=(data, "scenes/"),
        )
        UploadTrigger(
            self,
            "Tiles",
            bucket=data,
            prefix="tiles/",
            suffix=".png",
            target=machine,
            collect=Duration.minutes(1),
            collect_max=50,
        )
        UploadTrigger(
            self,
            "Logs",
            bucket=data,
            prefix="logs/",
            target=SubmitTarget(job=job, queue=queue, parameters={"what": "{% $states.input.key %}"}),
        )
        orders = sqs.Queue(
            self,
            "Orders",
            visibility_timeout=Duration.minutes(5),
            enforce_ssl=True,
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=sqs.Queue(self, "LostOrders", enforce_ssl=True), max_receive_count=10
            ),
        )
        QueueTrigger(self, "Ordered", queue=orders, target=machine, batch_size=10)
        outputs = {
            "Bucket": data.bucket_name,
            "Machine": machine.state_machine_arn,
            "Orders": orders.queue_url,
            "Queue": queue.job_queue_arn,
        }
        for name, value in outputs.items():
            CfnOutput(self, f"{name}Output", value=value)


def behave(_: Job) -> tuple[float, Ending]:
    """Each job takes a minute."""
    return 60.0, Ending(0)


def inputs(states: Any, machine: str) -> list[list[Any]]:
    """The items of each execution of a state machine."""
    pages = states.get_paginator("list_executions").paginate(stateMachineArn=machine)
    arns = [item["executionArn"] for page in pages for item in page["executions"]]
    return sorted(
        (json.loads(states.describe_execution(executionArn=arn)["input"])["items"] for arn in arns), key=json.dumps
    )


def main() -> None:
    """Deploy it, put objects and a message, and see what has started."""
    clock = VirtualClock()
    with (
        tempfile.TemporaryDirectory() as directory,
        EmbeddedAws(Path(directory), clock=clock, runner=SimulatedRunner(behave, clock)) as aws,
    ):
        outputs = LocalAws(aws, Path(directory)).deploy(UploadsStack(App())).outputs
        keys = [
            "scenes/Zürich 1.tif",
            *(f"tiles/{number}.png" for number in range(5)),
            "tiles/readme.txt",
            "logs/a+b.log",
        ]
        for key in keys:
            aws.client("s3").put_object(Bucket=outputs["BucketOutput"], Key=key, Body=b"data")
        aws.client("sqs").send_message(QueueUrl=outputs["OrdersOutput"], MessageBody='{"scene": 7}')
        aws.advance(timedelta(minutes=10))
        for items in inputs(aws.client("stepfunctions"), outputs["MachineOutput"]):
            print("an execution for", ", ".join(map(str, items)))
        batch = aws.client("batch")
        logs = [{"name": "JOB_NAME", "values": ["Logs"]}]
        [found] = batch.list_jobs(jobQueue=outputs["QueueOutput"], filters=logs)["jobSummaryList"]
        [job] = batch.describe_jobs(jobs=[found["jobId"]])["jobs"]
        print("a job for", job["parameters"]["what"])


if __name__ == "__main__":
    main()
