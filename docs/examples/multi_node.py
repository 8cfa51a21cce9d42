"""A simulation on four instances that exchange data by EFA, with an image of a vendor's registry."""

from dataclasses import replace

from aws_cdk import App, CfnOutput, Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.assertions import Template

from constructs_lib import (
    BatchNetwork,
    ContainerJob,
    Ec2ComputeEnvironment,
    JobImage,
    JobQueue,
    LinuxParameters,
    MultiNodeJob,
    NetworkAccess,
    NodeGroup,
    Platform,
)

INSTANCE = "c7i.48xlarge"


class MultiNodeStack(Stack):
    """A job that prepares a mesh on one instance, and one that solves on four."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "MultiNode")
        # The vendor's registry is on the internet.
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT, platforms=[Platform.EC2])
        credentials = secretsmanager.Secret.from_secret_name_v2(self, "Credentials", "vendor-registry")
        image = JobImage.from_registry("registry.example.com/solver:4.2", credentials=credentials)
        cluster = Ec2ComputeEnvironment(
            self, "Cluster", vpc=network, max_vcpus=4 * 192, instance_types=[INSTANCE], efa=True
        )
        # An instance has 384 GiB; the agent of ECS and the system take some.
        follow = NodeGroup(
            nodes=3,
            image=image,
            vcpus=192,
            memory=Size.gibibytes(360),
            command=["follow", "Ref::mesh"],
            linux_parameters=LinuxParameters(shared_memory=Size.gibibytes(64)),
        )
        lead = replace(follow, nodes=1, command=["lead", "Ref::mesh"])
        solve = MultiNodeJob(
            self,
            "Solve",
            groups=[lead, follow],
            instance_type=INSTANCE,
            efa_interfaces=1,
            parameters={"mesh": "wing"},
            timeout=Duration.hours(12),
        )
        mesh = ContainerJob(
            self,
            "Mesh",
            image=image,
            vcpus=16,
            memory=Size.gibibytes(64),
            command=["mesh"],
            linux_parameters=LinuxParameters(tmpfs={"/cells": Size.gibibytes(8)}, init_process=True),
            ulimits=[batch.Ulimit(name=batch.UlimitName.NOFILE, soft_limit=65_536, hard_limit=65_536)],
            readonly_root_filesystem=True,
        )
        queue = JobQueue(self, "Queue", compute_environments=[cluster])
        names = {"Queue": queue.job_queue_arn, "Mesh": mesh.job_definition_arn, "Solve": solve.job_definition_arn}
        for name, value in names.items():
            CfnOutput(self, f"{name}Arn", value=value)


def main() -> None:
    """Print which nodes run what: the embedded AWS does not run multi-node parallel jobs."""
    template = Template.from_stack(MultiNodeStack(App()))
    for job in template.find_resources("AWS::Batch::JobDefinition", {"Properties": {"Type": "multinode"}}).values():
        nodes = job["Properties"]["NodeProperties"]
        print(nodes["NumNodes"], "nodes, main node", nodes["MainNode"])
        for group in nodes["NodeRangeProperties"]:
            print(group["TargetNodes"], *group["Container"]["Command"])


if __name__ == "__main__":
    main()
