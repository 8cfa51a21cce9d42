"""A stack whose fan-outs stand where a rerun has to find them: alone, under a prefix, two in a row, inside of a Map."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aws_cdk import Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    BatchStateMachine,
    ContainerJob,
    DistributedFanOut,
    Ec2ComputeEnvironment,
    JobImage,
    JobQueue,
    MapFanOut,
    Retry,
)


class RerunPipelines(Stack):
    """State machines named after what they try; those named after a strategy have one fan-out, ``Items``."""

    def __init__(self, scope: Construct, construct_id: str, *, container: Path, command: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        environment = Ec2ComputeEnvironment(self, "Environment", vpc=vpc, max_vcpus=256)
        job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_directory(self, "Worker", container),
            command=command,
            vcpus=1,
            memory=Size.mebibytes(512),
            retry=Retry(attempts=1),
        )
        parts: dict[str, Any] = {"job": job, "queue": JobQueue(self, "Queue", compute_environments=[environment])}
        for strategy, kind in (("Map", MapFanOut), ("Array", ArrayFanOut), ("Distributed", DistributedFanOut)):
            BatchStateMachine(self, f"{strategy}Machine", definition=kind(Construct(self, strategy), "Items", **parts))
        for machine, prefix, kind in (
            ("Array", "Team: ", ArrayFanOut),
            ("Distributed", 'It\'s "T": ', DistributedFanOut),
        ):
            fan_out = kind(Construct(self, f"Prefixed{machine}"), "Items", **parts)
            fan_out.prefix_states(prefix)
            BatchStateMachine(self, f"Prefixed{machine}Machine", definition=fan_out)
        first = MapFanOut(self, "First", **parts, tolerated_failures=5)
        second = ArrayFanOut(self, "Second", **parts, items="{% $states.context.Execution.Input.items %}")
        BatchStateMachine(self, "SeveralMachine", definition=sfn.Chain.start(first).next(second))
        each = sfn.Map.jsonata(self, "Each", items=sfn.ProvideItems.jsonata("{% [$states.input] %}"))
        BatchStateMachine(self, "NestedMachine", definition=each.item_processor(ArrayFanOut(self, "Inner", **parts)))
