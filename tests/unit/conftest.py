"""A stack to try arguments on, and the templates of two apps: one that gives no options, one that gives all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnParameter, Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from constructs_lib import (
    ContainerJob,
    Ec2ComputeEnvironment,
    FargateComputeEnvironment,
    ImageRepository,
    JobImage,
    JobQueue,
    Platform,
    Retry,
)

Template = dict[str, Any]
Make = Callable[..., Any]


def _stack(name: str = "Stack") -> Stack:
    return Stack(App(analytics_reporting=False), name)


def _synthesized(stack: Stack) -> Template:
    app = stack.node.scope
    assert isinstance(app, App)
    template: Template = app.synth().get_stack_by_name(stack.stack_name).template
    return template


@pytest.fixture
def stack() -> Stack:
    """For arguments that are judged before anything is synthesized."""
    return _stack()


@pytest.fixture
def vpc(stack: Stack) -> ec2.Vpc:
    return ec2.Vpc(stack, "Vpc", max_azs=1)


@pytest.fixture
def make_job(stack: Stack) -> Make:
    """Makes a job; what a test does not give is right."""

    def make(**options: Any) -> ContainerJob:
        given = {"image": JobImage.from_registry("busybox:1.37"), "vcpus": 1, "memory": Size.mebibytes(2048), **options}
        return ContainerJob(stack, "Job", **given)

    return make


@pytest.fixture
def make_ec2(stack: Stack, vpc: ec2.Vpc) -> Make:
    """Makes an EC2 environment; what a test does not give is right."""

    def make(construct_id: str = "Ec2", **options: Any) -> Ec2ComputeEnvironment:
        return Ec2ComputeEnvironment(stack, construct_id, **{"vpc": vpc, "max_vcpus": 8, **options})

    return make


@pytest.fixture
def make_fargate(stack: Stack, vpc: ec2.Vpc) -> Make:
    """Makes a Fargate environment; what a test does not give is right."""

    def make(construct_id: str = "Fargate", **options: Any) -> FargateComputeEnvironment:
        return FargateComputeEnvironment(stack, construct_id, **{"vpc": vpc, "max_vcpus": 8, **options})

    return make


@pytest.fixture(scope="session")
def default(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The template of an app that gives what it must and nothing else."""
    context = _context(tmp_path_factory.mktemp("image"))
    stack = _stack()
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    on_demand = Ec2ComputeEnvironment(stack, "OnDemand", vpc=vpc, max_vcpus=8)
    spot = Ec2ComputeEnvironment(stack, "Spot", vpc=vpc, max_vcpus=8, spot=True)
    fargate = FargateComputeEnvironment(stack, "Fargate", vpc=vpc, max_vcpus=8)
    JobQueue(stack, "Instances", compute_environments=[spot, on_demand])
    JobQueue(stack, "Serverless", compute_environments=[fargate])
    size = {"vcpus": 1, "memory": Size.gibibytes(2)}
    ContainerJob(stack, "OnEc2", image=JobImage.from_registry("busybox:1.37"), **size)
    image = JobImage.from_directory(stack, "Image", context)
    ContainerJob(stack, "OnFargate", image=image, platform=Platform.FARGATE, **size)
    return _synthesized(stack)


@pytest.fixture(scope="session")
def custom(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The template of an app that gives every option."""
    stack = _stack()
    _custom_capacity(stack)
    _custom_jobs(stack, _context(tmp_path_factory.mktemp("image")))
    return _synthesized(stack)


def _context(directory: Path) -> Path:
    (directory / "docker").mkdir()
    for name in ("Dockerfile", "docker/Dockerfile"):
        (directory / name).write_text("FROM scratch AS small\n")
    return directory


def _custom_capacity(stack: Stack) -> None:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=1)
    public = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    role = iam.Role(stack, "InstanceRole", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
    role.add_to_policy(iam.PolicyStatement(actions=["ecs:RegisterContainerInstance"], resources=["*"]))
    template = ec2.LaunchTemplate(stack, "OwnTemplate", require_imdsv2=True)
    own = Ec2ComputeEnvironment(
        stack,
        "Own",
        vpc=vpc,
        vpc_subnets=public,
        security_groups=[group],
        max_vcpus=64,
        min_vcpus=2,
        desired_vcpus=4,
        spot=True,
        spot_bid_percentage=60,
        instance_types=["c7g", "m8gd.large", ec2.InstanceType("r8g.xlarge"), ec2.InstanceClass.T4G],
        allocation_strategy=batch.AllocationStrategy.BEST_FIT_PROGRESSIVE,
        launch_template=template,
        instance_role=role,
        placement_group=ec2.PlacementGroup(stack, "Placement"),
        images=[batch.EcsMachineImage(image_type=batch.EcsMachineImageType.ECS_AL2023)],
        update_to_latest_image_version=False,
        terminate_on_update=True,
        update_timeout=Duration.minutes(10),
        compute_environment_name="own",
        enabled=False,
    )
    arm = Ec2ComputeEnvironment(
        stack,
        "Arm",
        vpc=vpc,
        max_vcpus=8,
        architecture=ec2.InstanceArchitecture.ARM_64,
        root_volume=Size.gibibytes(100),
    )
    _imported_parts(stack, vpc)
    _tokens(stack, vpc)
    spot = FargateComputeEnvironment(
        stack,
        "FargateSpot",
        vpc=vpc,
        vpc_subnets=public,
        security_groups=[group],
        max_vcpus=16,
        spot=True,
        compute_environment_name="spot",
        enabled=False,
    )
    policy = batch.FairshareSchedulingPolicy(stack, "Shares")
    JobQueue(
        stack,
        "Queue",
        compute_environments=[own, arm],
        priority=1000,
        cancel_unplaceable_after=Duration.hours(1),
        scheduling_policy=policy,
        job_queue_name="queue",
        enabled=False,
    )
    JobQueue(stack, "Patient", compute_environments=[spot], priority=0, cancel_unplaceable=False)


def _imported_parts(stack: Stack, vpc: ec2.IVpc) -> None:
    made = Ec2ComputeEnvironment(
        stack,
        "Imported",
        vpc=vpc,
        max_vcpus=8,
        instance_types=["c7i"],
        instance_role=iam.Role.from_role_arn(stack, "ImportedRole", "arn:aws:iam::123456789012:role/instances"),
        launch_template=ec2.LaunchTemplate.from_launch_template_attributes(
            stack, "ImportedTemplate", launch_template_name="shared", version_number="3"
        ),
    )
    made.add_instance_type(ec2.InstanceType("m7i.large"))


def _tokens(stack: Stack, vpc: ec2.IVpc) -> None:
    Ec2ComputeEnvironment(
        stack,
        "Tokens",
        vpc=vpc,
        max_vcpus=CfnParameter(stack, "Max", type="Number").value_as_number,
        min_vcpus=5,
        desired_vcpus=CfnParameter(stack, "Desired", type="Number").value_as_number,
        instance_types=[CfnParameter(stack, "Type").value_as_string],
        root_volume=Size.gibibytes(CfnParameter(stack, "Volume", type="Number").value_as_number),
        spot=True,
        spot_bid_percentage=CfnParameter(stack, "Bid", type="Number").value_as_number,
    )


def _custom_jobs(stack: Stack, context: Path) -> None:
    secret = secretsmanager.Secret(stack, "Secret")
    repository = ecr.Repository(stack, "Repository")
    ec2_job = ContainerJob(
        stack,
        "OnEc2",
        image=JobImage.from_repository(repository, tag="v1"),
        vcpus=4,
        memory=Size.gibibytes(16),
        gpus=1,
        command=["run", "Ref::input"],
        environment={"MODE": "fast"},
        secrets={"TOKEN": batch.Secret.from_secrets_manager(secret)},
        parameters={"input": "none"},
        retry=Retry(
            attempts=5, conditions=(batch.RetryStrategy.of(batch.Action.EXIT, batch.Reason.custom(on_exit_code="*")),)
        ),
        timeout=Duration.days(1),
        log_retention=logs.RetentionDays.ONE_YEAR,
        readonly_root_filesystem=True,
        user="1000:1000",
        linux_parameters=batch.LinuxParameters(stack, "Linux", init_process_enabled=True),
        volumes=[batch.EcsVolume.host(name="scratch", container_path="/scratch", host_path="/mnt/scratch")],
        scheduling_priority=7,
        propagate_tags=False,
        job_definition_name="on-ec2",
    )
    s3.Bucket(stack, "Input").grant_read(ec2_job)
    ContainerJob(
        stack,
        "OnFargate",
        image=JobImage.from_directory(
            stack,
            "Image",
            context,
            architecture=ec2.InstanceArchitecture.ARM_64,
            file="docker/Dockerfile",
            target="small",
            build_args={"BASE": "alpine"},
            exclude=["*.md"],
        ),
        platform=Platform.FARGATE,
        vcpus=0.25,
        memory=Size.mebibytes(512),
        ephemeral_storage=Size.gibibytes(50),
        job_role=_role(stack, "OwnJobRole"),
        execution_role=_role(stack, "OwnExecutionRole"),
        log_group=logs.LogGroup(stack, "OwnLogs"),
    )


def _role(scope: Construct, construct_id: str) -> iam.Role:
    return iam.Role(scope, construct_id, assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))


@pytest.fixture
def repository(stack: Stack) -> ImageRepository:
    return ImageRepository(stack, "Images")


@pytest.fixture
def report(make_job: Make, repository: ImageRepository) -> ContainerJob:
    """A job that runs the newest image of the repository."""
    made: ContainerJob = make_job(image=repository.image())
    return made
