"""Objects of a bucket are worked on, each by a job that reads it and writes another one beside it."""

from pathlib import Path

from aws_cdk import App, Duration, RemovalPolicy, Size, Stack
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib import (
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    DistributedFanOut,
    FargateComputeEnvironment,
    ItemSource,
    JobImage,
    JobQueue,
    NetworkAccess,
    Platform,
)

WORDS = Path(__file__).parent / "words"


class Texts(Stack):
    """Counts the words of each text below a prefix."""

    def __init__(self, scope: Construct, construct_id: str, *, is_tidy: bool, unit: str) -> None:
        super().__init__(scope, construct_id)
        rules = [s3.LifecycleRule(expiration=Duration.days(30), prefix="counts/")] if is_tidy else []
        bucket = s3.Bucket(
            self,
            "Texts",
            versioned=is_tidy,
            lifecycle_rules=rules,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.DESTROY,
            auto_delete_objects=True,
        )
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT)
        fargate = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=16)
        queue = JobQueue(self, "Queue", compute_environments=[fargate])
        count = ContainerJob(
            self,
            "Count",
            image=JobImage.from_python(self, "Image", str(WORDS), handler="words:count"),
            environment={"BUCKET": bucket.bucket_name, "UNIT": unit},
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        bucket.grant_read(count.job_role, "texts/*")
        bucket.grant_put(count.job_role, "counts/*")
        texts = DistributedFanOut(
            self, "Each", job=count, queue=queue, bucket=bucket, items=ItemSource.objects(bucket, "texts/")
        )
        BatchStateMachine(self, "Machine", definition=texts)


def build(app: App, *, changed: bool) -> None:
    """Later the bucket keeps versions and expires what was counted, and something else is counted."""
    Texts(app, "Texts", is_tidy=changed, unit="letters" if changed else "words")
