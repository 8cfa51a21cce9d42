"""Orders from a JSON Lines object in S3, in batches that are array jobs: deployed into the embedded AWS and run."""

import json
import tempfile
from pathlib import Path

from aws_cdk import App, CfnOutput, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_s3 as s3

from constructs_lib import (
    BatchStateMachine,
    ContainerJob,
    DistributedFanOut,
    FargateComputeEnvironment,
    ItemSource,
    JobImage,
    JobQueue,
    Platform,
)
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws

ORDERS = 40


class Orders(Stack):
    """Start it with ``{"day": "2026-11-21"}``: each line of that day's object is an order."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Orders")
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        fargate = FargateComputeEnvironment(self, "Fargate", vpc=vpc, max_vcpus=16)
        bucket = s3.Bucket(self, "Orders")
        job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_directory(self, "Image", "container"),
            command=["handlers.echo:handler"],
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        key = "{% 'orders/' & $states.input.day & '.jsonl' %}"
        fan_out = DistributedFanOut(
            self,
            "Order",
            job=job,
            queue=JobQueue(self, "Queue", compute_environments=[fargate]),
            items=ItemSource.json_lines(bucket, key, key_pattern="orders/*"),
            batch_size=16,
            tolerated_failure_percentage=2.5,
        )
        BatchStateMachine(self, "StateMachine", definition=fan_out)
        CfnOutput(self, "Bucket", value=bucket.bucket_name)


def main() -> None:
    """Deploy it, put the orders of a day into its bucket, and run it."""
    lines = "".join(json.dumps({"order": number}) + "\n" for number in range(ORDERS))
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        orders = LocalAws(aws, Path(directory)).deploy(Orders(App()))
        aws.client("s3").put_object(Bucket=orders.outputs["Bucket"], Key="orders/2026-11-21.jsonl", Body=lines)
        outcome = orders.run({"day": "2026-11-21"})
    print(json.dumps(outcome.output, indent=2))
    print(f"order {ORDERS - 1}:", outcome.results[ORDERS - 1])


if __name__ == "__main__":
    main()
