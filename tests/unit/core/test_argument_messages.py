"""What is said of a wrong argument: where, what was got, what is needed, and the call to write."""

# ruff: noqa: E501 - a message reads best on one line

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnParameter, Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns

from constructs_lib import (
    ArrayFanOut,
    BatchBudget,
    BatchEndpoints,
    BatchStateMachine,
    ConfigurationError,
    ContainerJob,
    DistributedFanOut,
    Ec2ComputeEnvironment,
    FairShare,
    FargateComputeEnvironment,
    HostScratch,
    ItemSource,
    JobImage,
    JobQueue,
    LinuxParameters,
    MapFanOut,
    PipelineStage,
    Platform,
    Retry,
    RunnableWatch,
    SubmitJob,
    fan_out,
    instance_types_for,
)

Parts = dict[str, Any]
BUSYBOX = JobImage.from_registry("busybox:1.37")


@pytest.fixture(scope="module")
def parts() -> Parts:
    """What people pass where something else is meant."""
    stack = Stack(App(analytics_reporting=False), "Stack")
    vpc = ec2.Vpc(stack, "Vpc", max_azs=1)
    environment = FargateComputeEnvironment(stack, "Fargate", vpc=vpc, max_vcpus=4)
    return {
        "stack": stack,
        "vpc": vpc,
        "environment": environment,
        "queue": JobQueue(stack, "Queue", compute_environments=[environment]),
        "job": ContainerJob(stack, "Job", image=BUSYBOX, vcpus=1, memory=Size.gibibytes(2), platform=Platform.FARGATE),
        "bucket": s3.Bucket(stack, "Bucket"),
        "secret": secretsmanager.Secret(stack, "Secret"),
        "topic": sns.Topic(stack, "Topic"),
        "repository": ecr.Repository(stack, "Repository"),
        "parameter": CfnParameter(stack, "Parameter", type="Number"),
    }


@pytest.mark.parametrize(
    ("called", "argument", "value", "told"),
    [
        (ContainerJob, "memory", 512, "got 512 (int), a Size is needed (ARG001). Write memory=Size.mebibytes(512)."),
        (ContainerJob, "memory", "2 GiB", "Write memory=Size.gibibytes(2)."),
        (ContainerJob, "memory", "512", "Write memory=Size.mebibytes(512)."),
        (ContainerJob, "memory", "much", "Pass a Size."),
        (ContainerJob, "memory", Duration.hours(1), "got a Duration, a Size is needed"),
        (ContainerJob, "memory", None, "got None, a Size is needed (ARG001). Pass a Size."),
        (ContainerJob, "ephemeral_storage", 30, "Write ephemeral_storage=Size.gibibytes(30)."),
        (
            ContainerJob,
            "timeout",
            3600,
            "got 3600 (int), a Duration is needed (ARG001). Write timeout=Duration.seconds(3600).",
        ),
        (ContainerJob, "timeout", "1h", "Write timeout=Duration.hours(1)."),
        (ContainerJob, "timeout", "PT1H", "Write timeout=Duration.parse('PT1H')."),
        (
            ContainerJob,
            "timeout",
            timedelta(hours=2),
            "got a timedelta, a Duration is needed (ARG001). Write timeout=Duration.seconds(7200).",
        ),
        (ContainerJob, "image", "busybox", "Write image=JobImage.from_registry('busybox')."),
        (ContainerJob, "image", Path("job"), "Write image=JobImage.from_directory(self, \"Image\", 'job')."),
        (ContainerJob, "retry", 3, "a Retry is needed (ARG001). Write retry=Retry(attempts=3)."),
        (ContainerJob, "command", "echo hi", "a list of texts is needed (ARG001). Write command=['echo', 'hi']."),
        (ContainerJob, "command", "sh -c 'echo hi'", "Write command=['sh', '-c', 'echo hi']."),
        (ContainerJob, "command", "it's", 'Write command=["it\'s"].'),
        (
            ContainerJob,
            "command",
            ["sleep", 5],
            "command[1]: got 5 (int), text is needed (ARG001). Write command=['sleep', '5'].",
        ),
        (
            ContainerJob,
            "environment",
            {"N": 5},
            "environment['N']: got 5 (int), text is needed (ARG001). Write environment={'N': '5'}.",
        ),
        (ContainerJob, "environment", {"N": True, "M": "m"}, "Write environment={'N': 'true', …}."),
        (ContainerJob, "environment", {"N": None}, "environment['N']: got None, text is needed (ARG001). Pass text."),
        (ContainerJob, "environment", {"N": {"a": 1}}, "Write environment={'N': json.dumps(…)}."),
        (
            ContainerJob,
            "environment",
            {5: "N"},
            "environment: got the key 5 (int), text is needed (ARG001). Write environment={'5': …}.",
        ),
        (ContainerJob, "environment", ["N=5"], "got ['N=5'] (list), a dict from text to text is needed"),
        (ContainerJob, "parameters", {"a": 1}, "Write parameters={'a': '1'}."),
        (ContainerJob, "user", 1000, "Write user='1000'."),
        (
            ContainerJob,
            "platform",
            "fargate",
            "got 'fargate' (str), a Platform is needed (ARG001). Write platform=Platform.FARGATE.",
        ),
        (ContainerJob, "platform", "lambda", "Write platform=Platform.EC2 or Platform.FARGATE."),
        (
            ContainerJob,
            "architecture",
            "arm64",
            "an InstanceArchitecture of aws_ec2 is needed (ARG001). Write architecture=InstanceArchitecture.ARM_64.",
        ),
        (ContainerJob, "log_retention", 30, "Write log_retention=RetentionDays.ONE_DAY or RetentionDays.THREE_DAYS or"),
        (ContainerJob, "vcpus", "1", "a number is needed (ARG001). Write vcpus=1."),
        (ContainerJob, "vcpus", True, "got True, a number is needed"),
        (ContainerJob, "vcpus", float("nan"), "got nan, a number is needed"),
        (ContainerJob, "vcpus", float("inf"), "got inf, a number is needed"),
        (ContainerJob, "gpus", 1.0, "got 1.0 (float), a whole number is needed (ARG001). Write gpus=1."),
        (
            ContainerJob,
            "readonly_root_filesystem",
            "yes",
            "True or False is needed (ARG001). Write readonly_root_filesystem=True.",
        ),
        (
            ContainerJob,
            "readonly_root_filesystem",
            None,
            "got None, True or False is needed (ARG001). Write readonly_root_filesystem=False.",
        ),
        (
            ContainerJob,
            "storage",
            HostScratch(),
            "got a HostScratch, a list of JobStorage is needed (ARG001). Write storage=[scratch].",
        ),
        (ContainerJob, "storage", None, "Leave it out for its default."),
        (
            ContainerJob,
            "ulimits",
            {"nofile": 1},
            "a list of Ulimit of aws_batch is needed (ARG001). Write ulimits=[batch.Ulimit(**{'nofile': 1})].",
        ),
        (
            ContainerJob,
            "job_role",
            "arn:aws:iam::123456789012:role/x",
            "Write job_role=iam.Role.from_role_arn(self, \"Role\", 'arn:aws:iam::123456789012:role/x').",
        ),
        (ContainerJob, "image", JobImage, "got the class JobImage, a JobImage is needed"),
        (ContainerJob, "image", len, "got the function len, a JobImage is needed"),
        (JobQueue, "priority", 1.5, "got 1.5 (float), a whole number is needed (ARG001). Write priority=2."),
        (
            JobQueue,
            "cancel_unplaceable_after",
            600,
            "a Duration is needed (ARG001). Write cancel_unplaceable_after=Duration.seconds(600).",
        ),
        (JobQueue, "cancel_unplaceable_after", True, "got True, a Duration is needed"),
        (
            JobQueue,
            "scheduling_policy",
            {"a": 1},
            "Write scheduling_policy=FairShare(self, \"Shares\", shares={'a': 1}).",
        ),
        (FargateComputeEnvironment, "max_vcpus", 16.5, "Write max_vcpus=17."),
        (FargateComputeEnvironment, "max_vcpus", "8", "Write max_vcpus=8."),
        (
            FargateComputeEnvironment,
            "vpc",
            "vpc-1",
            "an IVpc of aws_ec2 is needed (ARG001). Write vpc=ec2.Vpc.from_lookup(self, \"Vpc\", vpc_id='vpc-1').",
        ),
        (
            FargateComputeEnvironment,
            "vpc_subnets",
            ec2.SubnetType.PUBLIC,
            "got SubnetType.PUBLIC, a SubnetSelection of aws_ec2 is needed (ARG001). Write vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC).",
        ),
        (Ec2ComputeEnvironment, "root_volume", 100, "Write root_volume=Size.gibibytes(100)."),
        (
            Ec2ComputeEnvironment,
            "instance_types",
            "m7i.large",
            "a list of texts, InstanceType of aws_ec2 or InstanceClass of aws_ec2 is needed (ARG001). Write instance_types=['m7i.large'].",
        ),
        (
            Ec2ComputeEnvironment,
            "instance_types",
            {"m7i.large", "c7i.large"},
            "Write instance_types=sorted(instance_types).",
        ),
        (Ec2ComputeEnvironment, "user_data", "yum update", "Write user_data=ec2.UserData.custom('yum update')."),
        (ArrayFanOut, "items", ["a", "b"], 'Write items=\'{% ["a", "b"] %}\'.'),
        (
            DistributedFanOut,
            "items",
            "{% $states.input %}",
            "Write items=ItemSource.from_input('{% $states.input %}').",
        ),
        (SubmitJob, "command", "echo hi", "Write command=['echo', 'hi']."),
        (SubmitJob, "environment", {"N": 5}, "Write environment={'N': '5'}."),
        (SubmitJob, "depends_on", "{% $states.input.jobId %}", "a list of texts is needed"),
        (fan_out, "strategy", "map", "Write strategy=Strategy.MAP."),
        (fan_out, "tags", {"a": 1}, "tags['a']: got 1 (int), text is needed (ARG001). Write tags={'a': '1'}."),
        (
            BatchEndpoints,
            "platforms",
            Platform.EC2,
            "got Platform.EC2, a list of Platform is needed (ARG001). Write platforms=[Platform.EC2].",
        ),
        (BatchStateMachine, "timeout", 60, "Write timeout=Duration.seconds(60)."),
        (RunnableWatch, "after", 3600, "Write after=Duration.seconds(3600)."),
    ],
)
def test_the_call_to_write(parts: Parts, called: Callable[..., Any], argument: str, value: object, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        called(parts["stack"], "Id", **{argument: value})
    assert str(caught.value).startswith(f"{called.__name__} 'Stack/Id' {argument}")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("called", "argument", "part", "told"),
    [
        (
            ContainerJob,
            "image",
            "repository",
            "got the Repository 'Stack/Repository', a JobImage is needed (ARG001). Write image=JobImage.from_repository(repository, tag=\"v1\").",
        ),
        (
            ArrayFanOut,
            "queue",
            "environment",
            "got the FargateComputeEnvironment 'Stack/Fargate', an IJobQueue of aws_batch is needed (ARG001). Write queue=JobQueue(self, \"Queue\", compute_environments=[environment]).",
        ),
        (JobQueue, "compute_environments", "environment", "Write compute_environments=[environment]."),
        (
            JobQueue,
            "compute_environments",
            "vpc",
            "got the Vpc 'Stack/Vpc', a list of IComputeEnvironmentRef of aws_batch is needed",
        ),
        (MapFanOut, "job", "queue", "got the JobQueue 'Stack/Queue', an IJobDefinition of aws_batch is needed"),
        (
            FargateComputeEnvironment,
            "max_vcpus",
            "parameter",
            "got the CfnParameter 'Stack/Parameter', a whole number is needed (ARG001). Write max_vcpus=parameter.value_as_number.",
        ),
        (BatchStateMachine, "definition", "job", 'Write definition=SubmitJob(self, "Submit", job=job, queue=queue).'),
        (RunnableWatch, "action", "topic", "Write action=StuckJobAction.notify(topic)."),
        (RunnableWatch, "queues", "queue", "Write queues=[queue]."),
    ],
)
def test_the_call_to_write_for_a_construct(
    parts: Parts, called: Callable[..., Any], argument: str, part: str, told: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        called(parts["stack"], "Id", **{argument: parts[part]})
    assert told in str(caught.value)


def test_parts_of_collections(parts: Parts) -> None:
    with pytest.raises(ConfigurationError, match=r"storage\[0\]: .* Write storage=\[S3Storage\(bucket=bucket\)\]"):
        ContainerJob(parts["stack"], "Id", storage=[parts["bucket"]])
    with pytest.raises(
        ConfigurationError, match=r"secrets\['A'\]: got the Secret 'Stack/Secret', a Secret of aws_batch"
    ):
        ContainerJob(parts["stack"], "Id", secrets={"A": parts["secret"]})
    with pytest.raises(
        ConfigurationError, match=r"got \[the PrivateSubnet 'Stack/Vpc/PrivateSubnet1'\] \(list\), a Subnet"
    ):
        FargateComputeEnvironment(parts["stack"], "Id", vpc_subnets=parts["vpc"].private_subnets)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda stack: ContainerJob(stack, "Id", memmory=1), "ContainerJob 'Stack/Id': got an argument memmory, no argument has this name (ARG002). Write memory=…."),
        (lambda stack: FargateComputeEnvironment(stack, "Id", maxVcpus=1), "Write max_vcpus=…."),
        (lambda stack: FargateComputeEnvironment(stack, "Id", maxv_cpus=1), "Write max_vcpus=…."),
        (lambda _: Retry(zzz=1), "Retry: got an argument zzz, no argument has this name (ARG002). It accepts attempts, conditions."),
        (lambda stack: ContainerJob(stack, "Id"), "ContainerJob 'Stack/Id': got no image and no vcpus and no memory, it cannot be made without (ARG005). Pass image=…, a JobImage; vcpus=…, a number; memory=…, a Size."),
        (lambda stack: ContainerJob(stack, "Id", BUSYBOX), "got a JobImage by its position, only scope and construct_id are (ARG006). Write the name before it, as in image=…."),
        (lambda stack: ContainerJob(stack, "Id", scope=stack), "got scope twice"),
        (lambda _: ContainerJob(), "ContainerJob: got no scope and no construct_id"),
        (lambda _: ContainerJob("Stack", "Id"), "ContainerJob scope: got 'Stack' (str), a Construct is needed (ARG001). Pass the stack, or self within a construct."),
        (lambda _: ContainerJob(Stack, "Id"), "ContainerJob scope: got the class Stack"),
        (lambda stack: ContainerJob(stack, 5), "ContainerJob construct_id: got 5 (int), text is needed (ARG001). Write construct_id='5'."),
        (lambda _: Retry(attempts="3"), "Retry attempts: got '3' (str), a whole number is needed (ARG001). Write attempts=3."),
        (lambda _: LinuxParameters(shared_memory=64), "Write shared_memory=Size.mebibytes(64)."),
        (lambda _: LinuxParameters(tmpfs={"/cache": 64}), "LinuxParameters tmpfs['/cache']: got 64 (int), a Size is needed (ARG001). Write tmpfs={'/cache': Size.mebibytes(64)}."),
        (lambda _: JobImage.from_registry(5), "JobImage.from_registry name: got 5 (int)"),
        (lambda stack: JobImage.from_directory(stack, "Image", 5), "JobImage.from_directory 'Stack/Image' path: got 5 (int), text or a Path is needed"),
        (lambda _: ItemSource.csv("bucket", "key"), "ItemSource.csv bucket: got 'bucket' (str), an IBucket of aws_s3 is needed (ARG001). Write bucket=s3.Bucket.from_bucket_name(self, \"Bucket\", 'bucket')."),
        (lambda _: instance_types_for(vcpus=4), "instance_types_for vcpus: got 4 (int), a pair of whole numbers is needed (ARG001). Write vcpus=(4, 4)."),
        (lambda _: instance_types_for(vcpus=(1, 2, 3)), "got [1, 2, 3] (tuple), a pair of whole numbers is needed (ARG001). Pass a pair of whole numbers."),
        (lambda stack: BatchBudget(stack, "Id", tag="team=x"), "Write tag=('team', 'x')."),
        (lambda stack: JobImage.from_directory(stack, "Image", ["a"]), "got ['a'] (list), text or a Path is needed (ARG001). Pass text or a Path."),
        (lambda _: Retry(3), "Retry: got 3 (int) by its position, options are passed by name (ARG006). Write the name before it, as in attempts=…."),
        (lambda _: PipelineStage(name=5), "PipelineStage name: got 5 (int)"),
    ],
)  # fmt: skip
def test_names_and_places(parts: Parts, call: Callable[[Stack], object], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        call(parts["stack"])
    assert told in str(caught.value)


def test_a_method_is_named_with_the_path_of_its_construct(parts: Parts) -> None:
    with pytest.raises(ConfigurationError, match=r"^JobQueue 'Stack/Queue' grant_submit jobs: got 'job' \(str\)"):
        parts["queue"].grant_submit(iam.AccountRootPrincipal(), "job")
    with pytest.raises(ConfigurationError, match=r"^JobQueue 'Stack/Queue' add_compute_environment order: got '1'"):
        parts["queue"].add_compute_environment(parts["environment"], "1")


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda stack: FairShare(stack, "Queue"), "FairShare 'Stack/Queue': got arguments that aws-cdk-lib refuses, it says: There is already a Construct with name 'Queue' in Stack"),
        (lambda _: FairShare(App(analytics_reporting=False), "Shares"), "Pass a stack, or a construct in one, as scope."),
        (lambda stack: FairShare(stack, ""), "Give construct_id a name."),
    ],
)  # fmt: skip
def test_what_aws_cdk_lib_refuses_is_told_with_the_place(
    parts: Parts, call: Callable[[Stack], object], told: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        call(parts["stack"])
    assert caught.value.code == "ARG003"
    assert told in str(caught.value)
    assert "Token[" not in str(caught.value)


def test_what_is_right_passes(parts: Parts) -> None:
    """Interfaces, imported or made; tokens as numbers and texts; a tuple or a list; whole numbers for numbers."""
    stack, number = Stack(), parts["parameter"].value_as_number
    image = JobImage.from_repository(ecr.Repository.from_repository_name(stack, "Repository", "images"), tag="v1")
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::123456789012:role/jobs")
    ContainerJob(
        stack,
        "Job",
        image=image,
        vcpus=number,
        memory=Size.mebibytes(number),
        gpus=number,
        command=("echo", stack.region),
        environment={"REGION": stack.region},
        job_role=role,
        retry=Retry(conditions=[batch.RetryStrategy.of(batch.Action.RETRY, batch.Reason.CANNOT_PULL_CONTAINER)]),
    )
    arn = "arn:aws:batch:eu-west-1:123456789012:compute-environment/x"
    imported = batch.FargateComputeEnvironment.from_fargate_compute_environment_arn(stack, "Imported", arn)
    queue = JobQueue(stack, "Queue", compute_environments=(imported,), priority=number)
    definition = batch.EcsJobDefinition.from_job_definition_arn(
        stack, "Definition", "arn:aws:batch:eu-west-1:123456789012:job-definition/x:1"
    )
    chain = ArrayFanOut(stack, "Items", job=definition, queue=queue, tolerated_failure_percentage=5)
    BatchStateMachine(stack, "Machine", definition=chain)
