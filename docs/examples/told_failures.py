"""A pipeline whose failures are told by e-mail, and those of jobs that somebody submits beside it."""

import tempfile
from pathlib import Path

from aws_cdk import App, CfnOutput, Size, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions

from constructs_lib import (
    ArrayFanOut,
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    NetworkAccess,
    Notifications,
    Platform,
)
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws


class ToldFailuresStack(Stack):
    """An array over the items of a list, a topic with a subscriber, and what is told there."""

    def __init__(self, app: App, *, email: str = "on-call@example.com") -> None:
        super().__init__(app, "ToldFailures")
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT, platforms=[Platform.FARGATE])
        environment = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=64)
        queue = JobQueue(self, "Queue", compute_environments=[environment])
        job = ContainerJob(
            self,
            "Tile",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["sh", "-c", "case \"$ITEMS\" in *broken*) echo 'a broken tile' >&2; exit 3;; esac"],
            platform=Platform.FARGATE,
            vcpus=1,
            memory=Size.gibibytes(2),
        )
        topic = sns.Topic(self, "People", master_key=kms.Key(self, "Key", enable_key_rotation=True), enforce_ssl=True)
        topic.add_subscription(subscriptions.EmailSubscription(email))
        tiles = ArrayFanOut(self, "Tiles", job=job, queue=queue)
        machine = BatchStateMachine(self, "StateMachine", definition=tiles, on_failure=topic)
        Notifications(self, "Jobs", topic=topic, queues=[queue])
        CfnOutput(self, "StateMachineArn", value=machine.state_machine_arn)
        CfnOutput(self, "TopicArn", value=topic.topic_arn)


def main() -> None:
    """Deploy it, and run it over a list with a broken tile, whose failure is told."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        stack = LocalAws(aws, Path(directory)).deploy(ToldFailuresStack(App()))
        outcome = stack.run({"items": ["whole", "broken"]})
        print(outcome.status, outcome.error)
        print("told", stack.outputs["TopicArn"])


if __name__ == "__main__":
    main()
