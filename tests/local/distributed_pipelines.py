"""A stack with a distributed fan-out for each source of items, in batches of ten."""

from aws_cdk import RemovalPolicy, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_s3 as s3
from constructs import Construct

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


class DistributedPipelines(Stack):
    """State machines named after the source of their items; the expressions find ``key`` in the input."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        environment = FargateComputeEnvironment(self, "Fargate", vpc=vpc, max_vcpus=256)
        queue = JobQueue(self, "Queue", compute_environments=[environment])
        job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            vcpus=0.25,
            memory=Size.mebibytes(512),
            platform=Platform.FARGATE,
        )
        data = s3.Bucket(self, "Data", removal_policy=RemovalPolicy.DESTROY)
        key = "{% $states.input.key %}"
        sources = {
            "Input": ItemSource.from_input("{% $states.input.items %}"),
            "Json": ItemSource.json(data, key, pointer="/data/items", key_pattern="lists/*"),
            "JsonLines": ItemSource.json_lines(data, "lists/items.jsonl"),
            "Csv": ItemSource.csv(data, key, headers=["name", "size"], delimiter=";", key_pattern="lists/*"),
            "Objects": ItemSource.objects(data, key, key_pattern="objects/*"),
            "Inventory": ItemSource.inventory(data, "inventory/daily/2026-11-20T01-00Z/manifest.json"),
            "First": ItemSource.json_lines(data, "lists/items.jsonl", max_items=7),
        }
        for name, source in sources.items():
            home = Construct(self, name)
            fan_out = DistributedFanOut(home, "Items", job=job, queue=queue, items=source, batch_size=10)
            BatchStateMachine(home, "StateMachine", definition=fan_out)
        for name, size, tolerance in (("Huge", 1_000, 5.0), ("Large", 100, 5.0), ("Single", 1, 100.0)):
            home = Construct(self, name)
            fan_out = DistributedFanOut(
                home,
                "Items",
                job=job,
                queue=queue,
                items=ItemSource.json_lines(data, "lists/large.jsonl"),
                batch_size=size,
                tolerated_failure_percentage=tolerance,
            )
            BatchStateMachine(home, "StateMachine", definition=fan_out)
