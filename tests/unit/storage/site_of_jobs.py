"""Jobs with storage: a stack with a network and one environment of each platform."""

from dataclasses import dataclass, field
from typing import Any

from aws_cdk import App, Size, Stack
from aws_cdk.assertions import Template

from constructs_lib import (
    BatchNetwork,
    ContainerJob,
    Ec2ComputeEnvironment,
    FargateComputeEnvironment,
    JobImage,
    JobStorage,
    Platform,
)


@dataclass
class Site:
    """Where a test makes its storage and its jobs."""

    stack: Stack = field(default_factory=lambda: Stack(App(analytics_reporting=False), "Stack"))

    def __post_init__(self) -> None:
        self.vpc = BatchNetwork(self.stack, "Network")
        self.fargate = FargateComputeEnvironment(self.stack, "Fargate", vpc=self.vpc, max_vcpus=4)
        self.ec2 = Ec2ComputeEnvironment(self.stack, "Ec2", vpc=self.vpc, max_vcpus=4)

    def job(self, *storage: JobStorage, platform: Platform = Platform.FARGATE, **options: Any) -> ContainerJob:
        return ContainerJob(
            self.stack,
            "Job",
            image=JobImage.from_registry("busybox:1.37"),
            vcpus=1,
            memory=Size.gibibytes(2),
            platform=platform,
            storage=storage,
            **options,
        )

    def container(self) -> dict[str, Any]:
        """The container of the one job definition."""
        (definition,) = self.resources("AWS::Batch::JobDefinition")
        container: dict[str, Any] = definition["ContainerProperties"]
        return container

    def resources(self, kind: str) -> list[dict[str, Any]]:
        found = Template.from_stack(self.stack).find_resources(kind).values()
        return [resource.get("Properties", {}) for resource in found]

    def job_rights(self) -> dict[tuple[str, ...], dict[str, Any]]:
        """The statements of the job's role by their actions."""
        (policy,) = (
            policy for policy in self.resources("AWS::IAM::Policy") if "JobRole" in policy["Roles"][0].get("Ref", "")
        )
        return {
            tuple([actions] if isinstance(actions := statement["Action"], str) else actions): statement
            for statement in policy["PolicyDocument"]["Statement"]
        }
