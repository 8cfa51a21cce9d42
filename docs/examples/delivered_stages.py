"""A pipeline of CDK Pipelines: each commit goes to a test account, and from there to production in another region."""

from aws_cdk import App, Environment, Size, Stack, Stage, pipelines
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    NetworkAccess,
    Platform,
)

CONNECTION = "arn:aws:codeconnections:eu-west-1:111122223333:connection/0a1b2c3d-4e5f-6789-abcd-ef0123456789"
TOOLS = Environment(account="111122223333", region="eu-west-1")
TEST = Environment(account="444455556666", region="eu-west-1")
PRODUCTION = Environment(account="777788889999", region="us-east-1")


class Reports(Stack):
    """Runs a job for each report.

    Args:
        scope: the stage.
        construct_id: the id of the stack.
        max_vcpus: of all jobs that run at a time.
    """

    def __init__(self, scope: Construct, construct_id: str, *, max_vcpus: int) -> None:
        super().__init__(scope, construct_id)
        network = BatchNetwork(self, "Network", access=NetworkAccess.NAT)
        environment = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=max_vcpus)
        queue = JobQueue(self, "Queue", compute_environments=[environment])
        job = ContainerJob(
            self,
            "Report",
            image=JobImage.from_registry("public.ecr.aws/docker/library/busybox:1.37"),
            command=["echo", "done"],
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        fan_out = ArrayFanOut(self, "Reports", job=job, queue=queue)
        BatchStateMachine(self, "Machine", definition=fan_out)


class ReportsStage(Stage):
    """What one account has.

    Args:
        scope: the app, or the stack of the pipeline.
        construct_id: the id of the stage.
        env: the account and the region.
        max_vcpus: of all jobs that run at a time.
    """

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment, max_vcpus: int) -> None:
        super().__init__(scope, construct_id, env=env)
        Reports(self, "Reports", max_vcpus=max_vcpus)


class DeliveryStack(Stack):
    """The pipeline, in the account of the tools."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=TOOLS)
        source = pipelines.CodePipelineSource.connection("example/reports", "main", connection_arn=CONNECTION)
        commands = [
            "pip install '.[all]'",
            "npm install --global aws-cdk@2.1148.1",
            "pytest",
            "cdk synth",
            "constructs-lib check --fail-on warning",
        ]
        # The other accounts read the bucket of the pipeline, and need its key.
        pipeline = pipelines.CodePipeline(
            self,
            "Pipeline",
            synth=pipelines.ShellStep("Synth", input=source, commands=commands),
            cross_account_keys=True,
        )
        pipeline.add_stage(ReportsStage(self, "Test", env=TEST, max_vcpus=4))
        pipeline.add_stage(
            ReportsStage(self, "Production", env=PRODUCTION, max_vcpus=256),
            pre=[pipelines.ManualApprovalStep("Approve")],
        )


def main() -> None:
    """Synthesize the app, and print what is deployed where."""
    app = App(analytics_reporting=False)
    DeliveryStack(app, "Delivery")
    assembly = app.synth()
    for nested in assembly.nested_assemblies:
        for stack in nested.nested_assembly.stacks:
            print(f"{stack.stack_name}: {stack.environment.account} in {stack.environment.region}")


if __name__ == "__main__":
    main()
