"""An app whose environments, queues, jobs and state machines are aws-cdk-lib's; only what orders the jobs is ours."""

from pathlib import Path
from typing import Any

from aws_cdk import Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib import ArrayFanOut, DistributedFanOut, MapFanOut, SubmitJob

WORKER = ecs.ContainerImage.from_asset(str(Path(__file__).parents[2] / "container"))
BUSYBOX = ecs.ContainerImage.from_registry("public.ecr.aws/docker/library/busybox:1.37")


class TheirObjects(Stack):
    """A chain of a job, an ArrayFanOut and a MapFanOut, and a state machine that is a DistributedFanOut."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        on_demand, spot = self._queues(ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1))
        worker: dict[str, Any] = {"queue": spot, "job": self._job("Worker", WORKER, ["handlers.echo:handler"])}
        prepare = SubmitJob(self, "Prepare", job=self._job("Program", BUSYBOX, ["true"]), queue=on_demand)
        given = sfn.Pass(self, "Give items", parameters={"items.$": "$$.Execution.Input.items"})
        arrays = ArrayFanOut(self, "Array", **worker, fallback_queue=on_demand)
        jobs = MapFanOut(self, "Map", **worker, items="{% $states.context.Execution.Input.items %}")
        self._machine("Chain", prepare.next(given).next(arrays).next(jobs))
        self._machine("Distributed", DistributedFanOut(self, "Batches", **worker, batch_size=2))

    def _queues(self, vpc: ec2.IVpc) -> list[batch.JobQueue]:
        environments = {
            "OnDemand": batch.ManagedEc2EcsComputeEnvironment(self, "Ec2", vpc=vpc, maxv_cpus=16),
            "Spot": batch.ManagedEc2EcsComputeEnvironment(self, "Ec2Spot", vpc=vpc, maxv_cpus=16, spot=True),
        }
        return [
            batch.JobQueue(
                self,
                name,
                compute_environments=[batch.OrderedComputeEnvironment(compute_environment=environment, order=1)],
            )
            for name, environment in environments.items()
        ]

    def _job(self, construct_id: str, image: ecs.ContainerImage, command: list[str]) -> batch.EcsJobDefinition:
        scope = Construct(self, construct_id)
        container = batch.EcsEc2ContainerDefinition(
            scope,
            "Container",
            image=image,
            command=command,
            cpu=1,
            memory=Size.mebibytes(512),
            job_role=iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com")),
            logging=ecs.LogDriver.aws_logs(
                stream_prefix="job",
                log_group=logs.LogGroup(scope, "Logs", retention=logs.RetentionDays.ONE_WEEK),
            ),
        )
        return batch.EcsJobDefinition(scope, "Definition", container=container, retry_attempts=2)

    def _machine(self, construct_id: str, definition: sfn.IChainable) -> None:
        sfn.StateMachine(self, construct_id, definition_body=sfn.DefinitionBody.from_chainable(definition))
