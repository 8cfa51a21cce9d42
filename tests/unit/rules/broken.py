"""A wrong call for each rule, which breaks it and no other: the proof that it holds, and the example on its page."""

# ruff: noqa: E501 - a case reads best on one line

from collections.abc import Callable, Mapping
from typing import Any

import jsii
from aws_cdk import App, CfnParameter, Duration, Environment, IPropertyInjector, PropertyInjectors, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_efs as efs
from aws_cdk import aws_fsx as fsx
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from constructs_lib import (
    ArrayFanOut,
    BatchStateMachine,
    CapacityReservation,
    ContainerJob,
    Ec2ComputeEnvironment,
    EfsStorage,
    HostScratch,
    ImageSource,
    InstanceScratch,
    ItemSource,
    JobContainer,
    JobImage,
    JobQueue,
    JobSecret,
    LinuxParameters,
    ManagedInstancesComputeEnvironment,
    NetworkAccess,
    NodeGroup,
    Occasion,
    OwnDefinitions,
    PipelineStage,
    Platform,
    PosixOwner,
    PriorityQueue,
    RateLimit,
    Retry,
    S3Storage,
    StartAfter,
    Strategy,
    StuckJobAction,
    SubmitTarget,
    SubmitterRole,
    UploadTrigger,
)
from constructs_lib.rules import Rule
from tests.unit.core.right_calls import IMAGE, Parts, made

Call = Callable[[Parts, str], object]
Changes = Mapping[str, Any] | Callable[[Parts], Mapping[str, Any]]

EC2 = {"platform": Platform.EC2}
ONE = {"image": IMAGE, "vcpus": 1, "memory": Size.gibibytes(2)}
ARM, X86 = ec2.InstanceArchitecture.ARM_64, ec2.InstanceArchitecture.X86_64
RETRY = batch.RetryStrategy.of(batch.Action.RETRY, batch.Reason.CANNOT_PULL_CONTAINER)
ECHO = {"directory": "container/handlers", "handler": "echo:handler"}


def call(kind: str, changes: Changes) -> Call:
    """A right call of something public, made wrong."""
    return lambda parts, name: made(parts, kind, name, **(changes(parts) if callable(changes) else changes))


def python(**changes: Any) -> Call:
    return lambda parts, name: JobImage.from_python(parts.stack, name, **{**ECHO, **changes})


def container(name: str = "work", **changes: Any) -> JobContainer:
    return JobContainer(**{"name": name, **ONE, **changes})


def group(**changes: Any) -> NodeGroup:
    return NodeGroup(**{**ONE, "nodes": 2, **changes})


def several_nodes(parts: Parts) -> object:
    return made(parts, "MultiNodeJob", "Nodes")


def instances(parts: Parts, **options: Any) -> Ec2ComputeEnvironment:
    name = "OtherInstances"
    return Ec2ComputeEnvironment(parts.stack, name, vpc=parts.vpc, max_vcpus=8, **options)


def queue(parts: Parts, *environments: Any) -> JobQueue:
    return JobQueue(parts.stack, f"Queue{len(parts.stack.node.children)}", compute_environments=environments)


def managed(parts: Parts, *, spot: bool) -> ManagedInstancesComputeEnvironment:
    name = f"Managed{len(parts.stack.node.children)}"
    return ManagedInstancesComputeEnvironment(parts.stack, name, vpc=parts.vpc, max_vcpus=8, spot=spot)


def job(parts: Parts, **options: Any) -> ContainerJob:
    name = "OtherJob"
    return ContainerJob(parts.stack, name, **{**ONE, "platform": Platform.FARGATE, **options})


def task(parts: Parts, name: str, *, on: type[ecs.TaskDefinition] = ecs.FargateTaskDefinition) -> Any:
    return on(parts.stack, name)


def security_group(parts: Parts) -> ec2.ISecurityGroup:
    return ec2.SecurityGroup.from_security_group_id(parts.stack, "Group", "sg-1")


def efs_volume(parts: Parts, **options: Any) -> Mapping[str, Any]:
    system = efs.FileSystem.from_file_system_attributes(
        parts.stack,
        "Files",
        file_system_id="fs-0123456789abcdef0",
        security_group=security_group(parts),
    )
    return {
        **EC2,
        "volumes": [batch.EcsVolume.efs(name="files", container_path="/files", file_system=system, **options)],
    }


def in_govcloud(_: Parts, name: str) -> object:
    stack = Stack(App(analytics_reporting=False), "Stack", env=Environment(region="us-gov-west-1"))
    return made(Parts(stack), "BatchBudget", name)


def elsewhere(_: Parts, name: str) -> object:
    stack = Stack(App(analytics_reporting=False), "Stack", env=Environment(region="eu-west-1"))
    arn = "arn:aws:batch:us-east-1:111122223333:job-queue/shared"
    return made(Parts(stack), "JobMetrics", name, queues=[batch.JobQueue.from_job_queue_arn(stack, "Shared", arn)])


def far_away(_: Parts, name: str) -> object:
    stack = Stack(App(analytics_reporting=False), "Stack", env=Environment(region="eu-west-1"))
    bucket = s3.Bucket.from_bucket_attributes(stack, "Data", bucket_name="far-away", region="us-east-1")
    return made(Parts(stack), "UploadTrigger", name, bucket=bucket)


def pipe_in_govcloud(_: Parts, name: str) -> object:
    stack = Stack(App(analytics_reporting=False), "Stack", env=Environment(region="us-gov-west-1"))
    return made(Parts(stack), "QueueTrigger", name)


def in_isolation(parts: Parts, name: str) -> object:
    vpc = ec2.Vpc(parts.stack, "Closed", max_azs=1, nat_gateways=0)
    return made(parts, "FargateComputeEnvironment", name, vpc=vpc)


def unreachable_files(parts: Parts, name: str) -> object:
    return made(parts, "ContainerJob", name, storage=[EfsStorage(parts.stack, "Files", vpc=parts.vpc)])


def own_template(parts: Parts) -> Mapping[str, Any]:
    return {
        "launch_template": ec2.LaunchTemplate(parts.stack, "Template"),
        "root_volume": Size.gibibytes(100),
    }


def plain_user_data(parts: Parts) -> Mapping[str, Any]:
    script = ec2.UserData.custom("echo hello")
    return {"launch_template": ec2.LaunchTemplate(parts.stack, "Template", user_data=script)}


def spread(parts: Parts) -> Mapping[str, Any]:
    strategy = ec2.PlacementGroupStrategy.SPREAD
    placement = ec2.PlacementGroup(parts.stack, "Placement", strategy=strategy)
    return {"efa": True, "instance_types": ["hpc7a"], "placement_group": placement}


def secret(parts: Parts) -> JobSecret:
    return JobSecret.from_secrets_manager(secretsmanager.Secret(parts.stack, "Secret"))


def ci(parts: Parts, name: str) -> object:
    arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    provider = iam.OpenIdConnectProvider.from_open_id_connect_provider_arn(parts.stack, name, arn)
    return SubmitterRole.ci(provider, subjects=["*"])


def jobs(parts: Parts, **options: Any) -> SubmitTarget:
    return SubmitTarget(job=parts.job, queue=parts.queue, **options)


@jsii.implements(IPropertyInjector)
class ReturnsNothing:
    """An injector that changes what was passed in place, and returns nothing."""

    @property
    def construct_unique_id(self) -> str:
        return "constructs_lib.JobQueue"

    def inject(self, original_props: Any, *, id: str, scope: Construct) -> Any:  # noqa: A002 - aws-cdk-lib's name
        original_props[id] = scope


def injected_nothing(parts: Parts, name: str) -> object:
    PropertyInjectors.of(parts.stack).add(ReturnsNothing())
    return JobQueue(parts.stack, name, compute_environments=[parts.fargate])


def own_output(parts: Parts, name: str) -> object:
    fan_out = ArrayFanOut(parts.stack, "Tiles", job=parts.job, queue=parts.queue, bucket=parts.bucket)
    machine = BatchStateMachine(parts.stack, "Machine", definition=fan_out)
    return UploadTrigger(parts.stack, name, bucket=parts.bucket, target=machine)


def stages(parts: Parts, *names: str) -> Mapping[str, Any]:
    return {"stages": [PipelineStage(name=name, job=parts.job, queue=parts.queue) for name in names]}


BROKEN: dict[Rule, Call] = {
    # arguments
    Rule.ARGUMENT_TYPE: call("ContainerJob", {"memory": 512}),
    Rule.ARGUMENT_NAME: call("ContainerJob", {"memmory": Size.gibibytes(2)}),
    Rule.AWS_CDK: call("LustreStorage", {"per_unit_storage_throughput": 7}),
    Rule.KNOWN_NUMBER: call("MixedCapacity", lambda parts: {"max_vcpus": CfnParameter(parts.stack, "Vcpus", type="Number").value_as_number}),
    Rule.REQUIRED_ARGUMENT: lambda parts, name: JobQueue(parts.stack, name),  # type: ignore[call-arg]
    Rule.ARGUMENT_BY_NAME: lambda parts, name: JobQueue(parts.stack, name, [parts.fargate]),  # type: ignore[misc]
    Rule.ARGUMENT_ONCE: lambda parts, name: JobQueue(parts.stack, name, construct_id=name, compute_environments=[parts.fargate]),  # type: ignore[misc]
    Rule.INJECTED: injected_nothing,
    Rule.RESOURCE_NAME: call("JobQueue", {"job_queue_name": "night jobs"}),
    Rule.VARIABLE_NAME: call("ContainerJob", {"environment": {"AWS_BATCH_MODE": "fast"}}),
    Rule.TAG: call("SubmitJob", {"tags": {"aws:team": "x"}}),
    # compute environments
    Rule.MAX_VCPUS: call("FargateComputeEnvironment", {"max_vcpus": 0}),
    Rule.VCPUS_IN_ORDER: call("Ec2ComputeEnvironment", {"min_vcpus": 65}),
    Rule.INSTANCE_TYPES: call("Ec2ComputeEnvironment", {"instance_types": ["m7i.huge"]}),
    Rule.ONE_ARCHITECTURE: call("Ec2ComputeEnvironment", {"instance_types": ["m7i.large", "c7g.large"]}),
    Rule.FARGATE_NETWORK: call("FargateComputeEnvironment", lambda parts: {"security_groups": [security_group(parts)] * 6}),
    Rule.SPOT_OPTION: call("Ec2ComputeEnvironment", {"spot_bid_percentage": 50}),
    Rule.SPOT_BID: call("Ec2ComputeEnvironment", {"spot": True, "spot_bid_percentage": 101}),
    Rule.ROOT_VOLUME: call("Ec2ComputeEnvironment", {"root_volume": Size.gibibytes(20)}),
    Rule.TYPES_OF_RANGES: call("instance_types_for", {"vcpus": (1000, 2000)}),
    Rule.MACHINE_IMAGE: call("Ec2ComputeEnvironment", {"image_type": batch.EcsMachineImageType.ECS_AL2}),
    Rule.ONE_WAY_TO_CHOOSE_IMAGES: call("Ec2ComputeEnvironment", {"image_type": batch.EcsMachineImageType.ECS_AL2023, "images": [batch.EcsMachineImage(image_type=batch.EcsMachineImageType.ECS_AL2023)]}),
    Rule.INSTANCE_STORE: call("Ec2ComputeEnvironment", {"scratch": InstanceScratch.instance_store(), "instance_types": ["m7i.large"]}),
    Rule.OWN_LAUNCH_TEMPLATE: call("Ec2ComputeEnvironment", own_template),
    Rule.ONE_SCRIPT: call("Ec2ComputeEnvironment", {"scratch": InstanceScratch.ebs(Size.gibibytes(100)), "user_data": ec2.MultipartUserData()}),
    Rule.SCRATCH_VOLUME: call("InstanceScratch.ebs", {"size": Size.mebibytes(1_500)}),
    Rule.EFA_TYPES: call("Ec2ComputeEnvironment", {"efa": True, "instance_types": ["m7i.large"]}),
    Rule.EFA_PLACEMENT: call("Ec2ComputeEnvironment", spread),
    Rule.RESERVATION: call("Ec2ComputeEnvironment", {"capacity_reservation": CapacityReservation.of_id("cr-0123456789abcdef0"), "spot": True, "instance_types": ["m7i.large"]}),
    Rule.RESERVATION_ID: call("CapacityReservation.of_id", {"capacity_reservation_id": "cr-1"}),
    Rule.SCALE_DOWN_DELAY: call("Ec2ComputeEnvironment", {"min_scale_down_delay": Duration.minutes(5)}),
    Rule.UPDATE_IN_PLACE: call("Ec2ComputeEnvironment", {"replace_on_update": True, "terminate_on_update": True}),
    Rule.REPLACED_NAME: call("Ec2ComputeEnvironment", {"replace_on_update": True, "compute_environment_name": "night"}),
    Rule.FARGATE_UPDATE: call("FargateComputeEnvironment", {"terminate_on_update": True}),
    Rule.BEST_FIT_UPDATE: call("Ec2ComputeEnvironment", {"allocation_strategy": batch.AllocationStrategy.BEST_FIT}),
    Rule.UPDATE_TIMEOUT: call("Ec2ComputeEnvironment", {"update_timeout": Duration.days(6)}),
    Rule.AUTO_SCALING_TYPES: call("UnmanagedComputeEnvironment", {"instance_types": ["m7i"]}),
    Rule.ONE_MACHINE_IMAGE: call("UnmanagedComputeEnvironment", {"instance_types": ["m7i.large", "g5.xlarge"]}),
    Rule.INSTANCE_COUNTS: call("UnmanagedComputeEnvironment", {"min_instances": 6}),
    Rule.SHARE_VCPUS: call("UnmanagedComputeEnvironment", {"share_vcpus": -1}),
    Rule.SCALE_IN_AFTER: call("ManagedInstancesComputeEnvironment", {"scale_in_after": Duration.hours(2)}),
    Rule.MIME_USER_DATA: call("Ec2ComputeEnvironment", plain_user_data),
    # networks
    Rule.NETWORK_PLATFORMS: call("BatchNetwork", {"platforms": []}),
    Rule.NAT_GATEWAYS: call("BatchNetwork", {"access": NetworkAccess.ENDPOINTS, "nat_gateways": 1}),
    Rule.NAT_GATEWAY_COUNT: call("BatchNetwork", {"access": NetworkAccess.NAT, "nat_gateways": 3}),
    Rule.ZONES: call("BatchNetwork", {"max_azs": 0}),
    Rule.ENDPOINT_SERVICES: call("BatchNetwork", {"access": NetworkAccess.NAT, "services": [ec2.InterfaceVpcEndpointAwsService.SQS]}),
    Rule.PRIVATE_SUBNETS: in_isolation,
    # storage
    Rule.STORAGE_PLATFORM: call("ContainerJob", {"storage": [HostScratch()]}),
    Rule.DIRECTORY: call("HostScratch", {"mount_path": "scratch"}),
    Rule.PREFIX: lambda parts, _: S3Storage(bucket=parts.bucket, prefix="/inputs"),
    Rule.FILE_SYSTEM_CLIENTS: unreachable_files,
    Rule.STORAGE_PURPOSE: lambda parts, _: S3Storage(bucket=parts.bucket, read=False),
    Rule.ONE_VOLUME_PER_DIRECTORY: call("ContainerJob", {**EC2, "storage": [HostScratch(), HostScratch()]}),
    Rule.STORAGE_VARIABLE: call("ContainerJob", {**EC2, "storage": [HostScratch(variable="DATA"), HostScratch(mount_path="/b", variable="DATA")]}),
    Rule.NEW_OR_EXISTING_EFS: call("EfsStorage", {"vpc": None}),
    Rule.LUSTRE_CAPACITY: call("LustreStorage", {"capacity": Size.gibibytes(1_300)}),
    Rule.LUSTRE_THROUGHPUT: call("LustreStorage", {"deployment_type": fsx.LustreDeploymentType.SCRATCH_2}),
    Rule.S3_FILES_VERSIONS: call("S3FilesStorage", lambda parts: {"bucket": s3.Bucket(parts.stack, "Plain")}),
    Rule.EFS_ENCRYPTION: call("ContainerJob", lambda parts: efs_volume(parts, use_job_role=True)),
    Rule.EFS_DIRECTORY: call("ContainerJob", lambda parts: efs_volume(parts, access_point_id="fsap-1", enable_transit_encryption=True, root_directory="/data")),
    Rule.PERMISSIONS: call("EfsStorage", {"permissions": "rwx"}),
    Rule.POSIX_ID: lambda _, __: PosixOwner(uid=-1),
    # queues
    Rule.QUEUE_ENVIRONMENTS: call("JobQueue", {"compute_environments": []}),
    Rule.ONE_PLATFORM_PER_QUEUE: call("JobQueue", lambda parts: {"compute_environments": [parts.fargate, parts.instances]}),
    Rule.ENVIRONMENT_ONCE: call("JobQueue", lambda parts: {"compute_environments": [parts.fargate, parts.fargate]}),
    Rule.ONE_ARCHITECTURE_PER_QUEUE: call("JobQueue", lambda parts: {"compute_environments": [parts.instances, instances(parts, architecture=ARM)]}),
    Rule.QUEUE_PRIORITY: call("JobQueue", {"priority": 1001}),
    Rule.QUEUE_TIME_LIMIT: call("JobQueue", {"cancel_unplaceable_after": Duration.minutes(5)}),
    Rule.CANCELLED_OR_NOT: call("JobQueue", {"cancel_unplaceable": False, "cancel_unplaceable_after": Duration.hours(1)}),
    Rule.ON_DEMAND_BEFORE_SPOT: call("JobQueue", lambda parts: {"compute_environments": [managed(parts, spot=True), managed(parts, spot=False)]}),
    Rule.SHARE_IDENTIFIER: call("FairShare", {"shares": {"team-a": 1}}),
    Rule.DISTINCT_SHARES: call("FairShare", {"shares": {"team*": 1, "teamA": 1}}),
    Rule.SHARE_COUNT: call("FairShare", {"shares": {f"s{index}": 1 for index in range(501)}}),
    Rule.SHARE_AMOUNT: call("FairShare", {"shares": {"a": 0}}),
    Rule.SHARE_DECAY: call("FairShare", {"decay": Duration.days(8)}),
    Rule.COMPUTE_RESERVATION: call("FairShare", {"compute_reservation": 100}),
    Rule.RATE_LIMIT: call("RateLimit", {"limit": 0}),
    Rule.RATE_LIMIT_REACH: call("ContainerJob", lambda parts: {"consumes": {RateLimit(parts.stack, "Api", limit=5): 6}}),
    Rule.SET_OF_QUEUES: call("PriorityQueues", {"queues": {}}),
    Rule.SHARED_ENVIRONMENTS: call("PriorityQueues", lambda parts: {"queues": {"Urgent": PriorityQueue(priority=9, compute_environments=[instances(parts)])}}),
    # jobs and the queues that they fit
    Rule.QUEUE_PLATFORM: call("SubmitJob", lambda parts: {"job": job(parts, platform=Platform.EC2)}),
    Rule.QUEUE_PROCESSOR: call("SubmitJob", lambda parts: {"job": job(parts, platform=Platform.EC2, image=JobImage(IMAGE.container_image, X86)), "queue": queue(parts, instances(parts, architecture=ARM))}),
    Rule.QUEUE_SIZE: call("SubmitJob", lambda parts: {"job": job(parts, platform=Platform.EC2, vcpus=16), "queue": queue(parts, instances(parts))}),
    Rule.MULTI_NODE_QUEUE: call("SubmitJob", lambda parts: {"job": several_nodes(parts), "queue": queue(parts, instances(parts, spot=True)), "wait": False}),
    # jobs
    Rule.FARGATE_SIZE: call("ContainerJob", {"vcpus": 3}),
    Rule.EC2_SIZE: call("ContainerJob", {**EC2, "vcpus": 0.25}),
    Rule.GPUS_ON_FARGATE: call("ContainerJob", {"gpus": 1}),
    Rule.GPU_COUNT: call("ContainerJob", {**EC2, "gpus": -1}),
    Rule.FARGATE_OPTION: call("ContainerJob", {**EC2, "ephemeral_storage": Size.gibibytes(30)}),
    Rule.EPHEMERAL_STORAGE: call("ContainerJob", {"ephemeral_storage": Size.gibibytes(20)}),
    Rule.TIMEOUT: call("ContainerJob", {"timeout": Duration.seconds(30)}),
    Rule.ATTEMPTS: call("ContainerJob", {"retry": Retry(attempts=11)}),
    Rule.RETRY_CONDITIONS: call("ContainerJob", {"retry": Retry(conditions=(RETRY,) * 6)}),
    Rule.SCHEDULING_PRIORITY: call("ContainerJob", {"scheduling_priority": 10_000}),
    Rule.DEFINITION_LENGTH: call("ContainerJob", {"environment": {"TEXT": "x" * 30_000}}),
    Rule.VARIABLE_OR_SECRET: call("ContainerJob", lambda parts: {"environment": {"TOKEN": "x"}, "secrets": {"TOKEN": secret(parts)}}),
    Rule.EC2_OPTION: call("ContainerJob", {"linux_parameters": LinuxParameters(devices=["/dev/fuse"])}),
    Rule.LINUX_SIZE: call("ContainerJob", {**EC2, "linux_parameters": LinuxParameters(shared_memory=Size.kibibytes(1_500))}),
    Rule.SWAPPINESS: call("ContainerJob", {**EC2, "linux_parameters": LinuxParameters(swappiness=60)}),
    Rule.LINUX_PATH: call("ContainerJob", {**EC2, "linux_parameters": LinuxParameters(devices=["dev/fuse"])}),
    Rule.CONTAINER_COUNT: call("MultiContainerJob", {"containers": []}),
    Rule.CONTAINER_NAME: call("MultiContainerJob", {"containers": [container(), container()]}),
    Rule.ESSENTIAL_CONTAINER: call("MultiContainerJob", {"containers": [container(essential=False)]}),
    Rule.START_ORDER: call("MultiContainerJob", {"containers": [container(after={"prepare": StartAfter.START})]}),
    Rule.NODE_GROUPS: call("MultiNodeJob", {"groups": [group()] * 6}),
    Rule.NODE_COUNT: call("MultiNodeJob", {"groups": [group(nodes=1001)]}),
    Rule.MAIN_NODE: call("MultiNodeJob", {"main_node": 2}),
    Rule.EFA_INTERFACES: call("MultiNodeJob", {"efa_interfaces": -1, "instance_type": "hpc7a.96xlarge"}),
    # images
    Rule.IMAGE_PROCESSOR: call("ContainerJob", {"architecture": ARM, "image": JobImage(IMAGE.container_image, X86)}),
    Rule.DOCKERFILE_DIRECTORY: lambda parts, name: JobImage.from_directory(parts.stack, name, "/nowhere"),
    Rule.TAG_OR_DIGEST: call("JobImage.from_repository", {"tag": None}),
    Rule.IMAGE_NAME: lambda _, __: JobImage.from_registry("busy box"),
    Rule.PYTHON_DIRECTORY: python(directory="/nowhere"),
    Rule.WORKER_MODULE: lambda parts, name: JobImage.from_python(parts.stack, name, "container", handler="worker:main"),
    Rule.HANDLER: python(handler="echo:nothing"),
    Rule.PYTHON_VERSION: python(python="2.7"),
    Rule.BASE_IMAGE: python(base_image="python"),
    Rule.REQUIREMENTS: python(requirements="/nowhere.txt"),
    Rule.IMAGE_LIFECYCLE: call("ImageRepository", {"keep": 0}),
    Rule.MUTABLE_TAGS: call("ImageRepository", {"mutable_tags": ["*"]}),
    Rule.REVISED_JOBS: call("JobRevisions", {"jobs": []}),
    Rule.SOURCE_IN_S3: lambda parts, _: ImageSource.from_s3(parts.bucket, "source"),
    Rule.SOURCE_IN_GIT: lambda _, __: ImageSource.from_git("github", "example/pipeline"),
    Rule.BUILD_PATH: call("ImagePipeline", {"directory": "../jobs"}),
    Rule.BUILD_TIMEOUT: call("ImagePipeline", {"timeout": Duration.minutes(4)}),
    Rule.ONE_PROCESSOR_PER_PIPELINE: call("ImagePipeline", lambda parts: {"architecture": ARM, "jobs": [job(parts, image=parts.repository.image(architecture=X86))]}),
    # access
    Rule.SUBMITTED_JOBS: call("SubmitterRole", {"jobs": []}),
    Rule.OWN_DEFINITIONS: call("SubmitterRole", {"jobs": [OwnDefinitions(prefix="", images=["repository:*"], users=["1000"])]}),
    Rule.SUBMITTED_SHARES: call("SubmitterRole", {"share_identifiers": ["red"]}),
    Rule.CI_SUBJECT: ci,
    Rule.GRANTEE: lambda parts, _: parts.queue.grant_submit(iam.ServicePrincipal("batch.amazonaws.com"), parts.job),
    Rule.SESSION_DURATION: call("SubmitterRole", {"max_session_duration": Duration.hours(13)}),
    # costs
    Rule.COST_TAGS: call("CostTags", {"tags": {}}),
    Rule.BUDGET_AMOUNT: call("BatchBudget", {"monthly_usd": 0}),
    Rule.BUDGET_RECIPIENTS: call("BatchBudget", {"emails": []}),
    Rule.BUDGET_WARNINGS: call("BatchBudget", {"warn_at": [50, 50]}),
    Rule.BUDGET_CAP: call("BatchBudget", {"capped_environments": []}),
    Rule.CAPPED_ENVIRONMENT: call("BatchBudget", lambda parts: {"capped_environments": [parts.fargate, parts.fargate]}),
    Rule.CAPPED_VCPUS: call("BatchBudget", {"capped_vcpus": 16}),
    Rule.SPOT_SHARE: call("MixedCapacity", {"spot_share": 100}),
    Rule.FARGATE_INSTANCE_TYPES: call("MixedCapacity", {"platform": Platform.FARGATE, "instance_types": ["m7i"]}),
    Rule.BUDGET_REGION: in_govcloud,
    # states and submits
    Rule.ARRAY_SIZE: call("SubmitJob", {"array_size": 1}),
    Rule.JOB_NAME: call("SubmitJob", {"job_name": "night jobs"}),
    Rule.EXPRESSION: call("SubmitJob", {"parameters": {"text": "$.text"}}),
    Rule.JOB_TAGS: call("SubmitJob", {"tags": {f"k{index}": "v" for index in range(50)}}),
    Rule.SUBMITTED_BY_TAG: call("SubmitJob", {"tags": {"constructs-lib:submitted-by": "me"}}),
    Rule.STATE_NAME: lambda parts, _: made(parts, "SubmitJob", "Submit" * 14),
    Rule.SHARE_OF_QUEUE: call("SubmitJob", lambda parts: {"queue": parts.fair_queue}),
    Rule.PRIORITY_IN_SHARE: call("SubmitJob", lambda parts: {"queue": parts.fair_queue, "share_identifier": "red"}),
    Rule.DEPENDENCY_COUNT: call("SubmitJob", {"depends_on": ["{% $states.input.id %}"] * 21}),
    Rule.JOB_ID: call("SubmitJob", {"depends_on": ["the first job"]}),
    Rule.N_TO_N: call("SubmitJob", {"n_to_n": True}),
    Rule.MACHINE_TIMEOUT: call("BatchStateMachine", {"timeout": Duration.days(366)}),
    Rule.SUBMITTED_MEMORY: call("SubmitJob", {"memory": Size.kibibytes(5_000)}),
    Rule.OVERRIDES_LENGTH: call("SubmitJob", {"environment": {"TEXT": "x" * 9_000}}),
    Rule.PARAMETER: call("SubmitJob", {"command": ["resize", "Ref::size"]}),
    Rule.CONTAINER_OVERRIDES: call("SubmitJob", lambda parts: {"job": several_nodes(parts), "queue": queue(parts, parts.instances), "wait": False, "vcpus": 2}),
    Rule.ARRAY_OF_NODES: call("SubmitJob", lambda parts: {"job": several_nodes(parts), "queue": queue(parts, parts.instances), "wait": False, "array_size": 2}),
    Rule.WAITED_FOR: call("SubmitJob", lambda parts: {"job": several_nodes(parts), "queue": queue(parts, parts.instances)}),
    # fan-outs
    Rule.RESERVED_VARIABLE: call("ArrayFanOut", {"environment": {"ITEMS": "x"}}),
    Rule.MAP_CONCURRENCY: call("MapFanOut", {"max_concurrency": 41}),
    Rule.DISTRIBUTED_CONCURRENCY: call("DistributedFanOut", {"max_concurrency": 10_001}),
    Rule.BATCH_OF_ITEMS: call("DistributedFanOut", {"batch_size": 10_001}),
    Rule.TOLERATED_FAILURES: call("ArrayFanOut", {"tolerated_failures": -1}),
    Rule.TOLERATED_PERCENTAGE: call("ArrayFanOut", {"tolerated_failure_percentage": 101}),
    Rule.CSV_COLUMNS: call("ItemSource.csv", {"delimiter": ":"}),
    Rule.JSON_POINTER: call("ItemSource.json", {"pointer": "$.items"}),
    Rule.READER_ITEMS: call("ItemSource.csv", {"max_items": 0}),
    Rule.FALLBACK_QUEUE: call("ArrayFanOut", lambda parts: {"fallback_queue": parts.queue}),
    Rule.ITEMS_IN_S3: call("fan_out", lambda parts: {"items": ItemSource.json(parts.bucket, "items.json"), "strategy": Strategy.ARRAY}),
    Rule.MEMORY_STEPS: call("ArrayFanOut", {"memory_steps": [Size.gibibytes(1)]}),
    Rule.ITEM_ATTEMPTS: call("EcsTaskFanOut", {"attempts": 11}),
    Rule.TASK_FALLBACK: call("EcsTaskFanOut", {"on_demand_fallback": True}),
    Rule.FARGATE_TASK: call("EcsTaskFanOut", lambda parts: {"task_definition": task(parts, "OnEc2", on=ecs.Ec2TaskDefinition)}),
    Rule.ITEM_CONTAINER: call("EcsTaskFanOut", lambda parts: {"task_definition": task(parts, "Empty")}),
    Rule.TASK_NETWORK: call("EcsTaskFanOut", lambda parts: {"security_groups": [security_group(parts)] * 6}),
    Rule.TASK_TIMEOUT: call("EcsTaskFanOut", {"timeout": Duration.seconds(0)}),
    Rule.STAGE_COUNT: call("ArrayPipeline", lambda parts: stages(parts, "Cut")),
    Rule.STAGE_NAME: call("ArrayPipeline", lambda parts: stages(parts, "Cut", "Cut")),
    # jobs that never start
    Rule.WATCH_TIME: call("RunnableWatch", {"after": Duration.minutes(1)}),
    Rule.WATCHED_QUEUES: call("RunnableWatch", {"queues": []}),
    Rule.OTHER_QUEUE: call("RunnableWatch", lambda parts: {"action": StuckJobAction.resubmit(parts.queue), "jobs": [parts.job]}),
    Rule.RESUBMITTED_JOBS: call("RunnableWatch", lambda parts: {"action": StuckJobAction.resubmit(parts.other_queue)}),
    Rule.WATCHED_JOBS: call("RunnableWatch", {"jobs": []}),
    Rule.WATCH_PATTERN: call("RunnableWatch", lambda parts: {"queues": [queue(parts, parts.fargate) for _ in range(20)]}),
    Rule.WATCH_ACTION: call("RunnableWatch", {"action": StuckJobAction()}),
    # triggers
    Rule.SCHEDULE: call("ScheduleTrigger", {"schedule": "0 3 * * *"}),
    Rule.CRON_FIELDS: call("ScheduleTrigger", {"schedule": "cron(0 3 * * MON *)"}),
    Rule.TIME_ZONE: call("ScheduleTrigger", {"time_zone": "Berlin"}),
    Rule.FLEXIBLE_WINDOW: call("ScheduleTrigger", {"flexible_window": Duration.days(2)}),
    Rule.TRIGGER_INPUT: call("ScheduleTrigger", lambda parts: {"target": jobs(parts), "input": {"day": "monday"}}),
    Rule.SCHEDULED_EXPRESSION: call("ScheduleTrigger", lambda parts: {"target": jobs(parts, environment={"KEY": "{% $states.input.key %}"})}),
    Rule.EVENT_AGE: call("ScheduleTrigger", {"max_age": Duration.days(2)}),
    Rule.DEAD_LETTER_QUEUE: call("ScheduleTrigger", lambda parts: {"dead_letter_queue": sqs.Queue(parts.stack, "Ordered", fifo=True)}),
    Rule.BATCH_OF_MESSAGES: call("QueueTrigger", {"batch_size": 10_001}),
    Rule.OWN_OUTPUT: own_output,
    # monitoring
    Rule.MONITORED: call("JobMetrics", {"queues": []}),
    Rule.METRICS_ONCE: call("JobMetrics", lambda parts: {"queues": [parts.queue, parts.queue]}),
    Rule.FAN_OUT_NAME: call("JobMetrics", lambda parts: {"fan_outs": [made(parts, "ArrayFanOut", "Items", job_name="{% $states.input.day %}")]}),
    Rule.METRIC_FILTERS: call("JobMetrics", lambda parts: {"fan_outs": [made(parts, "ArrayFanOut", f"Items{index}") for index in range(14)]}),
    Rule.ALARM_THRESHOLD: call("Monitoring", {"failed_jobs_percent": 100}),
    Rule.MONITORED_PLACE: elsewhere,
    Rule.PRICE: call("Monitoring", {"usd_per_vcpu_hour": -1}),
    Rule.TRIGGER_PLACE: far_away,
    Rule.PIPE_REGION: pipe_in_govcloud,
    Rule.MEASURED_EVERY: call("JobMetrics", {"measure_every": Duration.hours(2)}),
    Rule.RECIPIENT: call("Notifications", {"topic": None}),
    Rule.OCCASIONS: call("Notifications", {"on": [Occasion.EXECUTION_FAILED]}),
    Rule.NOTIFIED_ONCE: call("Notifications", lambda parts: {"queues": [parts.queue, parts.queue]}),
    Rule.NOTIFIED_MANY: call("Notifications", lambda parts: {"queues": [queue(parts, parts.fargate) for _ in range(20)]}),
    Rule.COLLECT_TIME: call("Notifications", {"collect": Duration.seconds(10)}),
}  # fmt: skip
