"""Every kind of EC2 capacity that AWS Batch has; all but ECS managed instances run a job in an embedded AWS."""

import tempfile
import time
from pathlib import Path
from typing import Any

from aws_cdk import App, CfnOutput, Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2

from constructs_lib import (
    BatchNetwork,
    CapacityReservation,
    ContainerInsights,
    ContainerJob,
    Ec2ComputeEnvironment,
    HostScratch,
    InstanceScratch,
    JobImage,
    JobQueue,
    LinuxParameters,
    ManagedInstancesComputeEnvironment,
    UnmanagedComputeEnvironment,
    instance_types_for,
)
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws

PROGRAM = Path(__file__).parent / "scratch_job"


class ComputeStack(Stack):
    """Graviton on Spot with fast disks, GPUs, an own image, nodes that talk to each other, instances of one's own."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Compute")
        network = BatchNetwork(self, "Network")
        scratch = InstanceScratch.instance_store()
        graviton = Ec2ComputeEnvironment(
            self,
            "Graviton",
            vpc=network,
            max_vcpus=256,
            spot=True,
            instance_types=instance_types_for(
                vcpus=(4, 16),
                memory=(Size.gibibytes(8), Size.gibibytes(64)),
                architecture=ec2.InstanceArchitecture.ARM_64,
                instance_store=True,
            ),
            scratch=scratch,
            container_insights=ContainerInsights.ENHANCED,
        )
        gpus = Ec2ComputeEnvironment(
            self,
            "Gpus",
            vpc=network,
            max_vcpus=64,
            instance_types=["g6.xlarge"],
            root_volume=Size.gibibytes(200),
            capacity_reservation=CapacityReservation.of_id("cr-0123456789abcdef0"),
            min_scale_down_delay=Duration.minutes(30),
            terminate_on_update=False,
            update_timeout=Duration.hours(12),
        )
        welcome = ec2.UserData.for_linux()
        welcome.add_commands("sysctl -w vm.max_map_count=262144")
        own_image = Ec2ComputeEnvironment(
            self,
            "OwnImage",
            vpc=network,
            max_vcpus=64,
            instance_types=["m7i", "m6i"],
            image=ec2.MachineImage.from_ssm_parameter("/images/batch"),
            user_data=welcome,
            scratch=InstanceScratch.ebs(Size.gibibytes(500), throughput=500),
            replace_on_update=True,
        )
        nodes = Ec2ComputeEnvironment(
            self, "Nodes", vpc=network, max_vcpus=768, instance_types=["c7i.48xlarge"], efa=True
        )
        own = UnmanagedComputeEnvironment(
            self, "Own", vpc=network, instance_types=["m7i.xlarge", "m6i.xlarge"], max_instances=4
        )
        scratch_of_jobs = HostScratch(host_path=scratch.path, variable="SCRATCH")
        self._job("Graviton", graviton, storage=[scratch_of_jobs])
        self._job("Gpus", gpus, gpus=1)
        self._job("OwnImage", own_image, storage=[scratch_of_jobs])
        self._job("Nodes", nodes, linux_parameters=LinuxParameters(devices=["/dev/infiniband/uverbs0"]))
        self._job("Own", own)

    def _job(self, name: str, environment: Ec2ComputeEnvironment | UnmanagedComputeEnvironment, **options: Any) -> None:
        """A queue of an environment, and a job for its processors."""
        queue = JobQueue(self, f"{name}Queue", compute_environments=[environment])
        image = JobImage.from_directory(self, f"{name}Program", PROGRAM, architecture=environment.architecture)
        job = ContainerJob(self, f"{name}Job", image=image, vcpus=4, memory=Size.gibibytes(7), **options)
        CfnOutput(self, f"QueueOf{name}", value=queue.job_queue_arn)
        CfnOutput(self, f"JobOf{name}", value=job.job_definition_arn)


class ManagedInstancesStack(Stack):
    """Instances that ECS looks after, on demand and then Spot, and a job for them."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "ManagedInstances")
        network = BatchNetwork(self, "Network")
        on_demand = ManagedInstancesComputeEnvironment(self, "OnDemand", vpc=network, max_vcpus=64)
        spot = ManagedInstancesComputeEnvironment(self, "Spot", vpc=network, max_vcpus=256, spot=True)
        JobQueue(self, "Queue", compute_environments=[on_demand, spot])
        definition = batch.CfnJobDefinition
        definition(
            self,
            "Job",
            type="container",
            platform_capabilities=["MANAGED_INSTANCES"],
            ecs_properties=definition.EcsPropertiesProperty(
                task_properties=[
                    definition.EcsTaskPropertiesProperty(
                        containers=[
                            definition.TaskContainerPropertiesProperty(
                                name="main",
                                image="public.ecr.aws/docker/library/busybox:1.37",
                                command=["true"],
                                resource_requirements=[
                                    definition.ResourceRequirementProperty(type="VCPU", value="1"),
                                    definition.ResourceRequirementProperty(type="MEMORY", value="2048"),
                                ],
                            )
                        ],
                    )
                ]
            ),
        )


def main() -> None:
    """Deploy the first stack, and run its jobs."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        aws.client("ssm").put_parameter(Name="/images/batch", Value="ami-0123456789abcdef0", Type="String")
        stack = LocalAws(aws, Path(directory)).deploy(ComputeStack(App()))
        jobs = aws.client("batch")
        for name in ("Graviton", "Gpus", "OwnImage", "Nodes", "Own"):
            queue, definition = stack.outputs[f"QueueOf{name}"], stack.outputs[f"JobOf{name}"]
            submitted = jobs.submit_job(jobName="sort", jobQueue=queue, jobDefinition=definition)["jobId"]
            while (told := jobs.describe_jobs(jobs=[submitted])["jobs"][0])["status"] not in {"SUCCEEDED", "FAILED"}:
                time.sleep(0.05)
            print(f"{name}: {told['status']}")
        print("not emulated:", *sorted(stack.not_emulated))


if __name__ == "__main__":
    main()
