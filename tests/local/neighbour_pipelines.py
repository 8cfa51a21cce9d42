"""A stack with the workflows beside fan-outs of jobs: stages, tasks of Amazon ECS, and a function."""

from collections.abc import Sequence
from pathlib import Path

from aws_cdk import Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib import (
    ArrayPipeline,
    BatchStateMachine,
    ContainerJob,
    EcsTaskFanOut,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    LambdaFanOut,
    PipelineStage,
    Platform,
    Retry,
)

STAGE = """
import json, os, sys, time
item, stage = json.load(sys.stdin), os.environ["STAGE"]
time.sleep(item.get("seconds", {}).get(stage, 0) if isinstance(item, dict) else 0)
if isinstance(item, dict) and item.get("fail") == stage:
    sys.exit("told to fail")
print(json.dumps({"stage": stage, "before": os.environ.get("PREVIOUS_RESULTS_URI", "").rpartition("/")[2]}))
"""
FUNCTION = """
def handler(event, context):
    if event["item"] == "fail":
        raise ValueError("told to fail")
    return "x" * (300_000 if event["item"] == "long" else 1)
"""


class NeighbourPipelines(Stack):
    """State machines named after their workflow."""

    def __init__(self, scope: Construct, construct_id: str, *, container: Path, command: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        self._vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        self._machine("Stages", self._stages(container))
        self._machine("Tasks", self._tasks(container, command))
        code = lambda_.Code.from_inline(FUNCTION)
        function = lambda_.Function(
            self, "Function", code=code, handler="index.handler", runtime=lambda_.Runtime.PYTHON_3_13
        )
        self._machine("Calls", LambdaFanOut(self, "CallItems", function=function, tolerated_failures=1))

    def _machine(self, name: str, definition: sfn.IChainable) -> None:
        BatchStateMachine(self, f"{name}Machine", definition=definition)

    def _stages(self, container: Path) -> ArrayPipeline:
        environment = FargateComputeEnvironment(self, "Fargate", vpc=self._vpc, max_vcpus=64)
        queue, last = (JobQueue(self, name, compute_environments=[environment]) for name in ("Queue", "LastQueue"))
        image = JobImage.from_directory(self, "Worker", container)
        jobs = {
            name: ContainerJob(
                self,
                f"{name.capitalize()}Job",
                image=image,
                command=["--", "python3", "-c", STAGE],
                environment={"STAGE": name},
                vcpus=0.25,
                memory=Size.mebibytes(512),
                platform=Platform.FARGATE,
                retry=Retry(attempts=1),
            )
            for name in ("first", "second", "third")
        }
        stages = [
            PipelineStage(name=name, job=job, queue=last if name == "third" else queue) for name, job in jobs.items()
        ]
        return ArrayPipeline(self, "StageItems", stages=stages, tolerated_failure_percentage=80)

    def _tasks(self, container: Path, command: Sequence[str]) -> EcsTaskFanOut:
        definition = ecs.FargateTaskDefinition(self, "Definition", cpu=256, memory_limit_mib=512)
        definition.add_container(
            "Worker",
            image=ecs.ContainerImage.from_asset(str(container)),
            command=list(command),
            logging=ecs.LogDrivers.aws_logs(stream_prefix="tasks"),
        )
        return EcsTaskFanOut(
            self,
            "TaskItems",
            cluster=ecs.Cluster(self, "Cluster", vpc=self._vpc),
            task_definition=definition,
            spot=True,
            on_demand_fallback=True,
            tolerated_failures=1,
        )
