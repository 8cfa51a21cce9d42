"""A pipeline with a dashboard, alarms, and metrics of its jobs."""

import tempfile
from pathlib import Path

from aws_cdk import App, CfnOutput, Size, Stack
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
    Monitoring,
    NetworkAccess,
    Platform,
)
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws


class MonitoredStack(Stack):
    """A fan-out over one queue, all of which is monitored."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Monitored")
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT, platforms=[Platform.FARGATE])
        environment = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=64)
        queue = JobQueue(self, "Queue", compute_environments=[environment])
        job = ContainerJob(
            self,
            "Tile",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["true"],
            platform=Platform.FARGATE,
            vcpus=1,
            memory=Size.gibibytes(2),
        )
        tiles = ArrayFanOut(self, "Tiles", job=job, queue=queue)
        machine = BatchStateMachine(self, "StateMachine", definition=tiles)
        topic = sns.Topic(self, "People", master_key=kms.Key(self, "Key", enable_key_rotation=True), enforce_ssl=True)
        monitoring = Monitoring(
            self, "Monitoring", machines=[machine], fan_outs=[tiles], alarm_topic=topic, dashboard_name="tiles"
        )
        CfnOutput(self, "StateMachineArn", value=machine.state_machine_arn)
        CfnOutput(self, "DashboardName", value=monitoring.dashboard.dashboard_name)


def main() -> None:
    """Deploy it, run it once, and see the states of its alarms."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        stack = LocalAws(aws, Path(directory)).deploy(MonitoredStack(App()))
        print(stack.run({"items": ["a.png", "b.png"]}).status)
        for alarm in aws.client("cloudwatch").describe_alarms()["MetricAlarms"]:
            print(alarm["AlarmName"], alarm["StateValue"])


if __name__ == "__main__":
    main()
