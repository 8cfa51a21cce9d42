"""Every workflow of the library as a state machine of one stack, plain and with what makes it larger.

Its definitions are kept in tests/snapshot, and drawn in docs/pictures.md. Run as a program, it says how large they are.
"""

import json
from collections.abc import Callable, Mapping
from tempfile import TemporaryDirectory
from typing import Any

from aws_cdk import App, Duration, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    ArrayPipeline,
    BatchStateMachine,
    ContainerJob,
    DistributedFanOut,
    EcsTaskFanOut,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    LambdaFanOut,
    MapFanOut,
    PipelineStage,
    Platform,
    RunnableWatch,
    StuckJobAction,
    SubmitJob,
)
from constructs_lib.graph.command import definitions
from constructs_lib.testing import synthesize


class Parts:
    """What the workflows run on.

    Args:
        scope: the construct that it belongs to.
    """

    def __init__(self, scope: Construct) -> None:
        self.vpc = ec2.Vpc(scope, "Vpc", max_azs=2, nat_gateways=1)
        self.spot, self.on_demand = (
            JobQueue(
                scope,
                name,
                compute_environments=[
                    FargateComputeEnvironment(
                        scope, f"{name}Environment", vpc=self.vpc, max_vcpus=64, spot=name == "Spot"
                    )
                ],
            )
            for name in ("Spot", "OnDemand")
        )
        self.job = ContainerJob(
            scope,
            "Job",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["true"],
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        self.function = lambda_.Function(
            scope,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline("def handler(event, context): pass"),
        )

        self.topic = sns.Topic(scope, "Topic")
        self.cluster = ecs.Cluster(scope, "Cluster", vpc=self.vpc)
        self.task = ecs.FargateTaskDefinition(scope, "Task")
        self.task.add_container("Container", image=ecs.ContainerImage.from_registry("busybox:1.37"))

    @property
    def where(self) -> dict[str, Any]:
        """A job and where it runs."""
        return {"job": self.job, "queue": self.spot}

    @property
    def again(self) -> dict[str, Any]:
        """The same, where some items may fail and others run a second time."""
        return {**self.where, "fallback_queue": self.on_demand, "tolerated_failure_percentage": 2.5}


# A new workflow is a line here and one of `_WHAT` in docs/pictures.py; `make pictures update-snapshots` does the rest.
WORKFLOWS: Mapping[str, Callable[[Construct, Parts], sfn.IChainable]] = {
    "SubmitJob": lambda scope, parts: SubmitJob(scope, "Run the job", **parts.where),
    "MapFanOut": lambda scope, parts: MapFanOut(scope, "Items", **parts.where),
    "MapFanOutWithFallback": lambda scope, parts: MapFanOut(scope, "Items", **parts.again),
    "ArrayFanOut": lambda scope, parts: ArrayFanOut(scope, "Items", **parts.where),
    "ArrayFanOutWithFallback": lambda scope, parts: ArrayFanOut(scope, "Items", **parts.again),
    "DistributedFanOut": lambda scope, parts: DistributedFanOut(scope, "Items", **parts.where),
    "DistributedFanOutWithFallback": lambda scope, parts: DistributedFanOut(scope, "Items", **parts.again),
    "ArrayFanOutWithMemorySteps": lambda scope, parts: ArrayFanOut(
        scope, "Items", **parts.where, memory_steps=[Size.gibibytes(1), Size.gibibytes(2)]
    ),
    "ArrayPipeline": lambda scope, parts: ArrayPipeline(
        scope, "Items", stages=[PipelineStage(name=name, **parts.where) for name in ("clean", "render")]
    ),
    "LambdaFanOut": lambda scope, parts: LambdaFanOut(scope, "Items", function=parts.function),
    "EcsTaskFanOut": lambda scope, parts: EcsTaskFanOut(
        scope, "Items", cluster=parts.cluster, task_definition=parts.task, spot=True, on_demand_fallback=True
    ),
}
# Started by events, each with a state machine that waits and one that acts.
WATCHES: Mapping[str, Callable[[Construct, Parts], RunnableWatch]] = {
    "RunnableWatch": lambda scope, parts: RunnableWatch(
        scope,
        "Watch",
        queues=[parts.spot],
        after=Duration.hours(1),
        action=StuckJobAction.resubmit(parts.on_demand).and_notify(parts.topic),
        jobs=[parts.job],
    ),
}
NAMES = [*WORKFLOWS, *(f"{name}{part}" for name in WATCHES for part in ("Waiting", "Acting"))]


class Workflows(Stack):
    """A state machine for each workflow; `machines` has them by name.

    Args:
        app: the app that it belongs to.
    """

    def __init__(self, app: App) -> None:
        super().__init__(app, "Workflows")
        parts = Parts(self)
        self.machines: dict[str, sfn.StateMachine] = {}
        for name, make in WORKFLOWS.items():
            scope = Construct(self, name)
            self.machines[name] = BatchStateMachine(scope, "StateMachine", definition=make(scope, parts))
        for name, make_watch in WATCHES.items():
            watch = make_watch(Construct(self, name), parts)
            self.machines |= {f"{name}Waiting": watch.waiting, f"{name}Acting": watch.acting}


def workflow_definitions() -> dict[str, Any]:
    """The definitions by the name of the workflow; it takes a synth."""
    with TemporaryDirectory() as directory:
        stack = Workflows(App(outdir=directory, analytics_reporting=False))
        found = definitions(synthesize(stack))
    ids = {name: stack.resolve(machine.state_machine_arn)["Ref"] for name, machine in stack.machines.items()}
    return {name: found[ids[name]] for name in NAMES}


def main() -> None:
    """Say how large each definition is: whatever the list, it is always the same."""
    for name, definition in workflow_definitions().items():
        print(f"{name:32}{len(json.dumps(definition)):7,} bytes of 1,048,576")


if __name__ == "__main__":
    main()
