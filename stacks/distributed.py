"""A Distributed Map over batches of items, each batch an array job."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from constructs_lib import BatchStateMachine, DistributedFanOut
from stacks.accepted import accept_child_executions, accept_pipeline
from stacks.settings import Settings
from stacks.worker import fargate_queue, worker_image, worker_job


class DistributedStack(Stack):
    """Start it with ``{"items": [...]}``: batches of 1,000 items are the children of array jobs.

    Lists that are longer than the input of an execution are read from S3: give the fan-out another ``ItemSource``.
    """

    def __init__(self, scope: Construct, construct_id: str, **options: Any) -> None:
        super().__init__(scope, construct_id, **options)
        settings = Settings.of(self.node)
        job = worker_job(self, "Job", worker_image(self, settings), ["handlers.echo:handler"])
        fan_out = DistributedFanOut(self, "Items", job=job, queue=fargate_queue(self, settings))
        machine = BatchStateMachine(self, "StateMachine", definition=fan_out)
        CfnOutput(self, "StateMachineArn", value=machine.state_machine_arn)
        accept_pipeline(bucket=fan_out.bucket, jobs=[job], machines=[machine])
        accept_child_executions(machine)
