"""Urgent and bulk work that share on-demand and Spot instances."""

from typing import Any

from aws_cdk import CfnOutput, Size, Stack
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    BatchStateMachine,
    ContainerJob,
    Ec2ComputeEnvironment,
    PriorityQueue,
    PriorityQueues,
)
from stacks.accepted import accept_instances, accept_pipeline
from stacks.network import network
from stacks.settings import Settings
from stacks.worker import worker_image


class PriorityQueuesStack(Stack):
    """Two queues over the same instances.

    Urgent jobs are placed before all bulk jobs, on demand first, so that no reclaim delays them. Bulk jobs take Spot
    first, and on-demand instances only when there is no Spot capacity.
    """

    def __init__(self, scope: Construct, construct_id: str, **options: Any) -> None:
        super().__init__(scope, construct_id, **options)
        settings = Settings.of(self.node)
        vpc = network(self, settings)
        shared = {"vpc": vpc, "max_vcpus": settings.max_vcpus, "instance_types": settings.instance_types}
        on_demand = Ec2ComputeEnvironment(self, "OnDemand", **shared)
        spot = Ec2ComputeEnvironment(self, "Spot", spot=True, **shared)
        accept_instances(on_demand)
        accept_instances(spot)
        queues = PriorityQueues(
            self,
            "Queues",
            compute_environments=[spot, on_demand],
            queues={"Urgent": PriorityQueue(priority=100, compute_environments=[on_demand, spot]), "Bulk": 1},
        )
        job = ContainerJob(
            self,
            "Job",
            image=worker_image(self, settings),
            command=["handlers.echo:handler"],
            vcpus=1,
            memory=Size.gibibytes(1),
        )
        for name in queues:
            fan_out = ArrayFanOut(self, f"{name}Items", job=job, queue=queues[name])
            machine = BatchStateMachine(self, f"{name}StateMachine", definition=fan_out)
            CfnOutput(self, f"{name}StateMachineArn", value=machine.state_machine_arn)
            accept_pipeline(bucket=fan_out.bucket, jobs=[job], machines=[machine])
