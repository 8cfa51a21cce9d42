"""One job per item: a Map state over ``batch:submitJob.sync``."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from constructs_lib import BatchStateMachine, MapFanOut
from stacks.accepted import accept_pipeline
from stacks.settings import Settings
from stacks.worker import fargate_queue, worker_image, worker_job


class MapStack(Stack):
    """Start it with ``{"items": [...]}``: each item is a job of its own, at most 40 at a time."""

    def __init__(self, scope: Construct, construct_id: str, **options: Any) -> None:
        super().__init__(scope, construct_id, **options)
        settings = Settings.of(self.node)
        job = worker_job(self, "Job", worker_image(self, settings), ["handlers.echo:handler"])
        fan_out = MapFanOut(self, "Items", job=job, queue=fargate_queue(self, settings))
        machine = BatchStateMachine(self, "StateMachine", definition=fan_out)
        CfnOutput(self, "StateMachineArn", value=machine.state_machine_arn)
        accept_pipeline(bucket=fan_out.bucket, jobs=[job], machines=[machine])
