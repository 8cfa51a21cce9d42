"""A right call of everything public, to be made wrong in one argument."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_fsx as fsx
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

import constructs_lib
from constructs_lib import (
    ContainerJob,
    Ec2ComputeEnvironment,
    FairShare,
    FargateComputeEnvironment,
    ImageRepository,
    ImageSource,
    JobContainer,
    JobImage,
    JobQueue,
    NodeGroup,
    PipelineStage,
    Platform,
    StuckJobAction,
)

Options = dict[str, Any]

IMAGE = JobImage.from_registry("busybox:1.37")


class Parts:
    """What right calls refer to; each is made in the stack when it is first needed."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    @cached_property
    def vpc(self) -> ec2.Vpc:
        return ec2.Vpc(self.stack, "Vpc", max_azs=2, nat_gateways=1)

    @cached_property
    def fargate(self) -> FargateComputeEnvironment:
        return FargateComputeEnvironment(self.stack, "Fargate", vpc=self.vpc, max_vcpus=16)

    @cached_property
    def instances(self) -> Ec2ComputeEnvironment:
        return Ec2ComputeEnvironment(self.stack, "Instances", vpc=self.vpc, max_vcpus=64)

    @cached_property
    def queue(self) -> JobQueue:
        return JobQueue(self.stack, "Queue", compute_environments=[self.fargate])

    @cached_property
    def other_queue(self) -> JobQueue:
        return JobQueue(self.stack, "OtherQueue", compute_environments=[self.fargate])

    @cached_property
    def fair_queue(self) -> JobQueue:
        policy = FairShare(self.stack, "FairPolicy")
        return JobQueue(self.stack, "FairQueue", compute_environments=[self.fargate], scheduling_policy=policy)

    @cached_property
    def job(self) -> ContainerJob:
        return ContainerJob(self.stack, "Job", **self.job_options)

    @cached_property
    def job_options(self) -> Options:
        return {
            "image": IMAGE,
            "vcpus": 1,
            "memory": Size.gibibytes(2),
            "platform": Platform.FARGATE,
            "command": ["echo", "Ref::text"],
            "parameters": {"text": "hello"},
        }

    @cached_property
    def bucket(self) -> s3.Bucket:
        return s3.Bucket(self.stack, "Bucket", versioned=True)

    @cached_property
    def repository(self) -> ImageRepository:
        return ImageRepository(self.stack, "Repository")

    @cached_property
    def pushed_job(self) -> ContainerJob:
        options = {**self.job_options, "image": self.repository.image()}
        return ContainerJob(self.stack, "PushedJob", **options)

    @cached_property
    def topic(self) -> sns.Topic:
        return sns.Topic(self.stack, "Topic")

    @cached_property
    def cluster(self) -> ecs.Cluster:
        return ecs.Cluster(self.stack, "Cluster", vpc=self.vpc)

    @cached_property
    def task(self) -> ecs.FargateTaskDefinition:
        task = ecs.FargateTaskDefinition(self.stack, "Task")
        task.add_container("Work", image=ecs.ContainerImage.from_registry("busybox:1.37"))
        return task

    @cached_property
    def messages(self) -> sqs.Queue:
        return sqs.Queue(self.stack, "Messages")

    @cached_property
    def machine(self) -> sfn.StateMachine:
        start = sfn.DefinitionBody.from_chainable(sfn.Pass(self.stack, "Started"))
        return sfn.StateMachine(self.stack, "Target", definition_body=start)

    @cached_property
    def function(self) -> lambda_.IFunction:
        arn = "arn:aws:lambda:eu-west-1:123456789012:function:work"
        return lambda_.Function.from_function_arn(self.stack, "Function", arn)


CONSTRUCTS: dict[str, Callable[[Parts], Options]] = {
    "ArrayFanOut": lambda parts: {"job": parts.job, "queue": parts.queue},
    "ArrayPipeline": lambda parts: {
        "stages": [PipelineStage(name=name, job=parts.job, queue=parts.queue) for name in ("first", "second")]
    },
    "BatchBudget": lambda parts: {
        "monthly_usd": 100,
        "tag": ("team", "x"),
        "emails": ["a@example.com"],
        "cap_at": 120,
        "capped_environments": [parts.fargate],
    },
    "BatchEndpoints": lambda parts: {"vpc": parts.vpc},
    "BatchNetwork": lambda _: {},
    "BatchStateMachine": lambda parts: {"definition": sfn.Pass(parts.stack, f"Pass{len(parts.stack.node.children)}")},
    "ContainerJob": lambda parts: parts.job_options,
    "DistributedFanOut": lambda parts: {"job": parts.job, "queue": parts.queue},
    "Ec2ComputeEnvironment": lambda parts: {"vpc": parts.vpc, "max_vcpus": 64},
    "EcsTaskFanOut": lambda parts: {"cluster": parts.cluster, "task_definition": parts.task},
    "EfsStorage": lambda parts: {"vpc": parts.vpc},
    "FairShare": lambda _: {"shares": {"a": 1}},
    "FargateComputeEnvironment": lambda parts: {"vpc": parts.vpc, "max_vcpus": 16},
    "ImagePipeline": lambda parts: {
        "source": ImageSource.from_s3(parts.bucket, "source.zip"),
        "repository": parts.repository,
        "jobs": [parts.pushed_job],
    },
    "ImageRepository": lambda _: {},
    "JobMetrics": lambda parts: {"queues": [parts.queue]},
    "JobQueue": lambda parts: {"compute_environments": [parts.fargate]},
    "JobRevisions": lambda parts: {"repository": parts.repository, "jobs": [parts.pushed_job]},
    "LambdaFanOut": lambda parts: {"function": parts.function},
    "LustreStorage": lambda parts: {
        "vpc": parts.vpc,
        "deployment_type": fsx.LustreDeploymentType.PERSISTENT_2,
        "per_unit_storage_throughput": 125,
    },
    "ManagedInstancesComputeEnvironment": lambda parts: {"vpc": parts.vpc, "max_vcpus": 16},
    "MapFanOut": lambda parts: {"job": parts.job, "queue": parts.queue},
    "MixedCapacity": lambda parts: {"vpc": parts.vpc, "max_vcpus": 100, "spot_share": 50},
    "Monitoring": lambda parts: {"queues": [parts.queue]},
    "MultiContainerJob": lambda _: {
        "containers": [JobContainer(name="work", image=IMAGE, vcpus=1, memory=Size.gibibytes(2))],
        "platform": Platform.FARGATE,
    },
    "MultiNodeJob": lambda _: {"groups": [NodeGroup(image=IMAGE, vcpus=1, memory=Size.gibibytes(2), nodes=2)]},
    "Notifications": lambda parts: {
        "topic": sns.Topic(parts.stack, f"Topic{len(parts.stack.node.children)}"),
        "queues": [parts.queue],
    },
    "PriorityQueues": lambda parts: {"compute_environments": [parts.fargate], "queues": {"Urgent": 10}},
    "QueueTrigger": lambda parts: {"queue": parts.messages, "target": parts.machine},
    "RateLimit": lambda _: {"limit": 5},
    "RunnableWatch": lambda parts: {
        "queues": [parts.queue],
        "after": Duration.hours(1),
        "action": StuckJobAction.cancel(),
    },
    "S3FilesStorage": lambda parts: {
        "vpc": parts.vpc,
        "bucket": s3.Bucket(parts.stack, f"Files{len(parts.stack.node.children)}", versioned=True),
    },
    "ScheduleTrigger": lambda parts: {"schedule": "rate(1 day)", "target": parts.machine},
    "SubmitJob": lambda parts: {"job": parts.job, "queue": parts.queue},
    "SubmitterRole": lambda parts: {
        "queue": parts.queue,
        "jobs": [parts.job],
        "trusted": iam.AccountRootPrincipal(),
    },
    "UnmanagedComputeEnvironment": lambda parts: {
        "vpc": parts.vpc,
        "instance_types": ["m7i.large"],
        "max_instances": 5,
    },
    "UploadTrigger": lambda parts: {
        "bucket": parts.bucket,
        "target": parts.machine,
        "collect": Duration.minutes(1),
    },
    "fan_out": lambda parts: {"job": parts.job, "queue": parts.queue},
}
"""Options beside scope and id, of what has them."""

VALUES: dict[str, Callable[[Parts], Options]] = {
    "CapacityReservation.of_id": lambda _: {"capacity_reservation_id": "cr-0123456789abcdef0"},
    "CostTags": lambda _: {"tags": {"team": "x"}},
    "HostScratch": lambda _: {},
    "InstanceScratch.ebs": lambda _: {"size": Size.gibibytes(100)},
    "ItemSource.csv": lambda parts: {"bucket": parts.bucket, "key": "items.csv"},
    "ItemSource.from_input": lambda _: {"expression": "{% $states.input.items %}"},
    "ItemSource.json": lambda parts: {"bucket": parts.bucket, "key": "items.json"},
    "ItemSource.json_lines": lambda parts: {"bucket": parts.bucket, "key": "items.jsonl"},
    "JobImage.from_registry": lambda _: {"name": "busybox:1.37"},
    "JobImage.from_repository": lambda parts: {"repository": parts.repository, "tag": "v1"},
    "QueueMetrics": lambda parts: {"queue": parts.queue},
    "Retry": lambda _: {},
    "SubmitTarget": lambda parts: {"job": parts.job, "queue": parts.queue},
    "instance_types_for": lambda _: {"vcpus": (2, 8)},
}
"""Arguments of what belongs to no scope."""


def made(parts: Parts, name: str, construct_id: str, **changes: Any) -> Any:
    """Call a constructor, a function or a class method, rightly but for some arguments."""
    called: Any = constructs_lib
    for part in name.split("."):
        called = getattr(called, part)
    if name in VALUES:
        return called(**{**VALUES[name](parts), **changes})
    result = called(parts.stack, construct_id, **{**CONSTRUCTS[name](parts), **changes})
    if isinstance(result, sfn.State | sfn.StateMachineFragment):
        sfn.StateMachine(
            parts.stack, f"{construct_id}Machine", definition_body=sfn.DefinitionBody.from_chainable(result)
        )
    return result
