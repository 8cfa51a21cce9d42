"""The app of the tests of plans: a state machine for each shape of a pipeline, each with capacity of its own."""

from typing import Any

from aws_cdk import App, Duration, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    ArrayPipeline,
    BatchStateMachine,
    ContainerJob,
    DistributedFanOut,
    Ec2ComputeEnvironment,
    EcsTaskFanOut,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    MapFanOut,
    PipelineStage,
    Platform,
    Retry,
    SubmitJob,
)

IMAGE = "public.ecr.aws/docker/library/busybox:1.37"


class Planned(Stack):
    """State machines named after their shape."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self._vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        self._array()
        self._map()
        self._stages()
        self._distributed()
        self._mixed()
        self._tasks()

    def _array(self) -> None:
        """Preparation, two arrays side by side for one long list, a wait, and a merge, on Fargate."""
        queue = self._fargate("Array", 24)
        job = self._job("ArrayJob", 0.5, platform=Platform.FARGATE)
        prepare = SubmitJob(self, "Prepare", job=job, queue=queue)
        tiles = ArrayFanOut(self, "Tiles", job=job, queue=queue, items="{% $states.context.Execution.Input.items %}")
        pause = sfn.Wait.jsonata(self, "Settle", time=sfn.WaitTime.duration(Duration.minutes(10)))
        merge = SubmitJob(self, "Merge", job=job, queue=queue)
        BatchStateMachine(self, "Array", definition=prepare.next(tiles).next(pause).next(merge))

    def _map(self) -> None:
        """As many as Step Functions lets run, on instances of three types."""
        environment = Ec2ComputeEnvironment(
            self,
            "MapEnvironment",
            vpc=self._vpc,
            max_vcpus=40,
            instance_types=[ec2.InstanceType(name) for name in ("c5.xlarge", "c5.2xlarge", "c5.4xlarge")],
        )
        queue = JobQueue(self, "MapQueue", compute_environments=[environment])
        each = MapFanOut(self, "Each", job=self._job("MapJob", 3), queue=queue, max_concurrency=30)
        BatchStateMachine(self, "Map", definition=each)

    def _stages(self) -> None:
        """Three stages on the same queue, the items of all of them at the same time."""
        queue = self._fargate("Stages", 20)
        sizes = {"Clean": 0.25, "Render": 1, "Publish": 0.5}
        stages = [
            PipelineStage(name=name, job=self._job(name, vcpus, platform=Platform.FARGATE), queue=queue)
            for name, vcpus in sizes.items()
        ]
        BatchStateMachine(self, "Stages", definition=ArrayPipeline(self, "Scenes", stages=stages))

    def _distributed(self) -> None:
        """A Distributed Map whose batches limit how many jobs run."""
        environment = Ec2ComputeEnvironment(self, "DistributedEnvironment", vpc=self._vpc, max_vcpus=256)
        queue = JobQueue(self, "DistributedQueue", compute_environments=[environment])
        areas = DistributedFanOut(
            self, "Areas", job=self._job("AreaJob", 1), queue=queue, batch_size=40, max_concurrency=4
        )
        BatchStateMachine(self, "Distributed", definition=areas)

    def _mixed(self) -> None:
        """Spot with two attempts, then what was reclaimed again on demand."""
        queues = {
            name: JobQueue(
                self,
                f"{name}Queue",
                compute_environments=[
                    Ec2ComputeEnvironment(
                        self, f"{name}Environment", vpc=self._vpc, max_vcpus=most, spot=name == "Spot"
                    )
                ],
            )
            for name, most in (("Spot", 64), ("OnDemand", 32))
        }
        films = ArrayFanOut(
            self,
            "Films",
            job=self._job("FilmJob", 2, retry=Retry(attempts=2)),
            queue=queues["Spot"],
            fallback_queue=queues["OnDemand"],
        )
        BatchStateMachine(self, "Mixed", definition=films)

    def _tasks(self) -> None:
        """Tasks of Amazon ECS without a queue, five at a time."""
        definition = ecs.FargateTaskDefinition(self, "TaskDefinition", cpu=512, memory_limit_mib=1_024)
        definition.add_container("Container", image=ecs.ContainerImage.from_registry(IMAGE))
        cluster = ecs.Cluster(self, "Cluster", vpc=self._vpc)
        frames = EcsTaskFanOut(self, "Frames", cluster=cluster, task_definition=definition, max_concurrency=5)
        BatchStateMachine(self, "Tasks", definition=frames)

    def _fargate(self, name: str, max_vcpus: int) -> JobQueue:
        environment = FargateComputeEnvironment(self, f"{name}Environment", vpc=self._vpc, max_vcpus=max_vcpus)
        return JobQueue(self, f"{name}Queue", compute_environments=[environment])

    def _job(self, name: str, vcpus: float, **options: Any) -> ContainerJob:
        image = JobImage.from_registry(IMAGE)
        memory = Size.mebibytes(2_048 if vcpus >= 1 else 1_024)
        return ContainerJob(self, name, image=image, vcpus=vcpus, memory=memory, timeout=Duration.hours(5), **options)


if __name__ == "__main__":
    app = App(analytics_reporting=False)
    Planned(app, "Planned")
    app.synth()
