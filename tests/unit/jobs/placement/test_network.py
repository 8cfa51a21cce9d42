"""Jobs whose image their network does not let them pull, or that pay for an address that nothing goes by."""

from typing import Any

import pytest
from aws_cdk import App, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Annotations, Match
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    BatchNetwork,
    ContainerJob,
    Ec2ComputeEnvironment,
    FargateComputeEnvironment,
    JobContainer,
    JobImage,
    JobQueue,
    JobSecret,
    MultiContainerJob,
    NetworkAccess,
    Platform,
    SubmitJob,
)

GIB = Size.gibibytes
HUB, PUBLIC_ECR = "docker.io/library/busybox:1.37", "public.ecr.aws/docker/library/busybox:1.37"
OWN_ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/ecr-public/docker/library/busybox:1.37"


@pytest.fixture
def stack() -> Stack:
    return Stack(App(analytics_reporting=False), "S")


def queue(stack: Stack, access: NetworkAccess, *, fargate: bool = True, name: str = "") -> JobQueue:
    network = BatchNetwork(stack, f"Network{name}", access=access)
    kind: Any = FargateComputeEnvironment if fargate else Ec2ComputeEnvironment
    environment = kind(stack, f"Environment{name}", vpc=network, max_vcpus=4)
    return JobQueue(stack, f"Queue{name}", compute_environments=[environment])


def job(stack: Stack, *, fargate: bool = True, **options: Any) -> ContainerJob:
    given = {"image": JobImage.from_registry(OWN_ECR), "vcpus": 1, "memory": GIB(2), **options}
    return ContainerJob(stack, "Job", platform=Platform.FARGATE if fargate else Platform.EC2, **given)


def warnings(stack: Stack) -> dict[str, str]:
    """The texts by what they are acknowledged with; all of them stand at the job."""
    found = Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp("constructs-lib:"))
    assert {each.id for each in found} <= {"/S/Job"}
    texts = [str(each.entry.data) for each in found]
    return {text.rpartition("[ack: constructs-lib:")[2].removesuffix("]"): text for text in texts}


@pytest.mark.parametrize(
    ("access", "public", "expected"),
    [
        (NetworkAccess.PUBLIC, False, {"noPublicAddress"}),
        (NetworkAccess.PUBLIC, True, set()),
        (NetworkAccess.NAT, False, set()),
        (NetworkAccess.NAT, True, {"uselessPublicAddress"}),
        (NetworkAccess.ENDPOINTS, False, set()),
        (NetworkAccess.ENDPOINTS, True, {"uselessPublicAddress"}),
    ],
)
@pytest.mark.parametrize("kind", [SubmitJob, ArrayFanOut])
def test_a_task_has_an_address_of_its_own_where_that_is_the_way_out(
    stack: Stack, kind: Any, access: NetworkAccess, public: bool, expected: set[str]
) -> None:
    kind(stack, "Submit", job=job(stack, assign_public_ip=public), queue=queue(stack, access))
    assert warnings(stack).keys() == expected


def test_one_that_meets_both_kinds_of_subnets_needs_its_address(stack: Stack) -> None:
    made = job(stack, assign_public_ip=True)
    network = BatchNetwork(stack, "Network", access=NetworkAccess.NAT)
    public = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
    environments = [
        FargateComputeEnvironment(stack, "Private", vpc=network, max_vcpus=4),
        FargateComputeEnvironment(stack, "Public", vpc=network, max_vcpus=4, vpc_subnets=public),
    ]
    SubmitJob(stack, "Submit", job=made, queue=JobQueue(stack, "Queue", compute_environments=environments))
    assert warnings(stack) == {}


def test_instances_have_their_address_from_the_subnet(stack: Stack) -> None:
    SubmitJob(stack, "Submit", job=job(stack, fargate=False), queue=queue(stack, NetworkAccess.PUBLIC, fargate=False))
    assert warnings(stack) == {}


def test_a_job_of_aws_cdk_lib_is_looked_at_as_well(stack: Stack) -> None:
    container = batch.EcsFargateContainerDefinition(
        Construct(stack, "Plain"),
        "Container",
        image=ecs.ContainerImage.from_registry(OWN_ECR),
        cpu=1,
        memory=GIB(2),
        fargate_cpu_architecture=ecs.CpuArchitecture.X86_64,
        fargate_operating_system_family=ecs.OperatingSystemFamily.LINUX,
    )
    plain = batch.EcsJobDefinition(stack, "Job", container=container)
    SubmitJob(stack, "Submit", job=plain, queue=queue(stack, NetworkAccess.PUBLIC))
    assert warnings(stack).keys() == {"noPublicAddress"}


@pytest.mark.parametrize("fargate", [True, False])
@pytest.mark.parametrize(
    ("name", "outside"), [(HUB, True), ("busybox:1.37", True), (PUBLIC_ECR, True), (OWN_ECR, False)]
)
@pytest.mark.parametrize("access", [NetworkAccess.ENDPOINTS, NetworkAccess.NAT])
def test_endpoints_reach_private_registries_of_ecr_alone(
    stack: Stack, access: NetworkAccess, name: str, *, outside: bool, fargate: bool
) -> None:
    made = job(stack, fargate=fargate, image=JobImage.from_registry(name))
    SubmitJob(stack, "Submit", job=made, queue=queue(stack, access, fargate=fargate))
    expected = {"unreachableImage"} if outside and access is NetworkAccess.ENDPOINTS else set()
    assert warnings(stack).keys() == expected


def test_an_image_of_a_repository_is_within_reach(stack: Stack) -> None:
    image = JobImage.from_repository(ecr.Repository(stack, "Repository"), tag="v1")
    SubmitJob(stack, "Submit", job=job(stack, image=image), queue=queue(stack, NetworkAccess.ENDPOINTS))
    assert warnings(stack) == {}


def test_each_container_of_a_job_is_looked_at(stack: Stack) -> None:
    small: dict[str, Any] = {"vcpus": 0.5, "memory": GIB(1)}
    containers = [
        JobContainer(name="own", image=JobImage.from_registry(OWN_ECR), **small),
        JobContainer(name="hub", image=JobImage.from_registry(HUB), **small),
    ]
    made = MultiContainerJob(stack, "Job", containers=containers, platform=Platform.FARGATE)
    SubmitJob(stack, "Submit", job=made, queue=queue(stack, NetworkAccess.ENDPOINTS), wait=False)
    assert warnings(stack)["unreachableImage"].startswith(f"{HUB} is pulled from the internet, and S/Environment is in")


SERVICES = {
    "secretsmanager": ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
    "ssm": ec2.InterfaceVpcEndpointAwsService.SSM,
}


def secrets(stack: Stack, *services: str) -> dict[str, batch.Secret]:
    parameter = ssm.StringParameter.from_string_parameter_name(stack, "Parameter", "/token")
    secret = secretsmanager.Secret.from_secret_name_v2(stack, "Secret", "token")
    made: dict[str, batch.Secret] = {
        "ssm": JobSecret.from_ssm_parameter(parameter),
        "secretsmanager": batch.Secret.from_secrets_manager(secret),
    }
    return {f"TOKEN_{service.upper()}": made[service] for service in services}


@pytest.mark.parametrize("fargate", [True, False])
@pytest.mark.parametrize("there", [(), ("ssm",), ("ssm", "secretsmanager")])
def test_secrets_need_the_endpoint_of_their_service(stack: Stack, there: tuple[str, ...], *, fargate: bool) -> None:
    closed = queue(stack, NetworkAccess.ENDPOINTS, fargate=fargate)
    own = secrets(stack, "ssm", "secretsmanager")
    image = JobImage.from_repository(ecr.Repository(stack, "Repository"), tag="v1")
    SubmitJob(stack, "Submit", job=job(stack, fargate=fargate, image=image, secrets=own), queue=closed)
    network = stack.node.find_child("Network")
    assert isinstance(network, BatchNetwork)
    for service in there:  # also when they are made after it
        network.add_interface_endpoint(service, service=SERVICES[service])
    found = warnings(stack).get("unreachableSecret", "")
    lacking = [service for service in SERVICES if service not in there]
    assert bool(found) == bool(lacking)
    assert not found or f"no endpoint for {', '.join(lacking)}: they cannot start" in found


def test_without_secrets_or_with_a_way_out_there_is_no_need(stack: Stack) -> None:
    SubmitJob(stack, "Submit", job=job(stack, secrets=secrets(stack, "ssm")), queue=queue(stack, NetworkAccess.NAT))
    assert warnings(stack) == {}


def test_what_is_not_known_is_not_warned_of(stack: Stack) -> None:
    made = job(stack, image=JobImage.from_registry(HUB))
    arn = "arn:aws:batch:eu-west-1:123456789012:job-queue/far"
    SubmitJob(stack, "Submit", job=made, queue=batch.JobQueue.from_job_queue_arn(stack, "Far", arn))
    assert warnings(stack) == {}
