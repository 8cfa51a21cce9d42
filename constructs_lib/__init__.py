"""AWS Batch pipelines as CDK constructs: right by default, proven before they are deployed.

The names below are imported when they are first used: the command line and the embedded AWS live in this package too,
and have no use for aws-cdk-lib.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from constructs_lib.errors import ConfigurationError

if TYPE_CHECKING:
    from constructs_lib.batch.access_definitions import OwnDefinitions
    from constructs_lib.batch.access_role import SubmitterRole
    from constructs_lib.batch.capacity_reservation import CapacityReservation
    from constructs_lib.batch.container_insights import ContainerInsights
    from constructs_lib.batch.ec2_environment import Ec2ComputeEnvironment
    from constructs_lib.batch.fair_share import FairShare
    from constructs_lib.batch.fargate_environment import FargateComputeEnvironment
    from constructs_lib.batch.image import JobImage
    from constructs_lib.batch.images.pipeline import ImagePipeline
    from constructs_lib.batch.images.repository import ImageRepository
    from constructs_lib.batch.images.revisions import JobRevisions
    from constructs_lib.batch.images.source import ImageSource
    from constructs_lib.batch.instance_choice import instance_types_for
    from constructs_lib.batch.instance_scratch import InstanceScratch
    from constructs_lib.batch.job import ContainerJob
    from constructs_lib.batch.job_container import JobContainer, StartAfter
    from constructs_lib.batch.job_secret import JobSecret
    from constructs_lib.batch.linux_parameters import LinuxParameters
    from constructs_lib.batch.managed_instances_environment import ManagedInstancesComputeEnvironment
    from constructs_lib.batch.money_budget import BatchBudget
    from constructs_lib.batch.money_mix import MixedCapacity
    from constructs_lib.batch.money_tags import CostTags
    from constructs_lib.batch.multi_container import MultiContainerJob
    from constructs_lib.batch.multi_node import MultiNodeJob
    from constructs_lib.batch.network import BatchNetwork
    from constructs_lib.batch.network_access import NetworkAccess
    from constructs_lib.batch.network_endpoints import BatchEndpoints
    from constructs_lib.batch.node_group import NodeGroup
    from constructs_lib.batch.platform import Platform
    from constructs_lib.batch.priority_queues import PriorityQueue, PriorityQueues
    from constructs_lib.batch.queue import JobQueue
    from constructs_lib.batch.rate_limit import RateLimit
    from constructs_lib.batch.retry import Retry
    from constructs_lib.batch.storage.efs_storage import EfsStorage
    from constructs_lib.batch.storage.host_scratch import HostScratch
    from constructs_lib.batch.storage.job_storage import JobStorage, PosixOwner
    from constructs_lib.batch.storage.lustre_storage import LustreStorage
    from constructs_lib.batch.storage.s3_files_storage import S3FilesStorage
    from constructs_lib.batch.storage.s3_storage import S3Storage
    from constructs_lib.batch.unmanaged_environment import UnmanagedComputeEnvironment
    from constructs_lib.workflows.array import ArrayFanOut
    from constructs_lib.workflows.array_pipeline import ArrayPipeline
    from constructs_lib.workflows.distributed import DistributedFanOut
    from constructs_lib.workflows.ecs_task_fan_out import EcsTaskFanOut
    from constructs_lib.workflows.item_source import ItemSource
    from constructs_lib.workflows.lambda_fan_out import LambdaFanOut
    from constructs_lib.workflows.map import MapFanOut
    from constructs_lib.workflows.pipeline_stage import PipelineStage
    from constructs_lib.workflows.runnable_watch import RunnableWatch
    from constructs_lib.workflows.runnable_watch_action import StuckJob
    from constructs_lib.workflows.state_machine import BatchStateMachine
    from constructs_lib.workflows.strategy import Strategy, fan_out
    from constructs_lib.workflows.submit import SubmitJob

_MODULES = {
    "ArrayFanOut": "workflows.array",
    "ArrayPipeline": "workflows.array_pipeline",
    "BatchBudget": "batch.money_budget",
    "BatchEndpoints": "batch.network_endpoints",
    "BatchNetwork": "batch.network",
    "BatchStateMachine": "workflows.state_machine",
    "CapacityReservation": "batch.capacity_reservation",
    "ContainerInsights": "batch.container_insights",
    "ContainerJob": "batch.job",
    "CostTags": "batch.money_tags",
    "DistributedFanOut": "workflows.distributed",
    "Ec2ComputeEnvironment": "batch.ec2_environment",
    "EcsTaskFanOut": "workflows.ecs_task_fan_out",
    "EfsStorage": "batch.storage.efs_storage",
    "FairShare": "batch.fair_share",
    "FargateComputeEnvironment": "batch.fargate_environment",
    "HostScratch": "batch.storage.host_scratch",
    "ImagePipeline": "batch.images.pipeline",
    "ImageRepository": "batch.images.repository",
    "ImageSource": "batch.images.source",
    "InstanceScratch": "batch.instance_scratch",
    "ItemSource": "workflows.item_source",
    "JobContainer": "batch.job_container",
    "JobImage": "batch.image",
    "JobQueue": "batch.queue",
    "JobRevisions": "batch.images.revisions",
    "JobSecret": "batch.job_secret",
    "JobStorage": "batch.storage.job_storage",
    "LambdaFanOut": "workflows.lambda_fan_out",
    "LinuxParameters": "batch.linux_parameters",
    "LustreStorage": "batch.storage.lustre_storage",
    "ManagedInstancesComputeEnvironment": "batch.managed_instances_environment",
    "MapFanOut": "workflows.map",
    "MixedCapacity": "batch.money_mix",
    "MultiContainerJob": "batch.multi_container",
    "MultiNodeJob": "batch.multi_node",
    "NetworkAccess": "batch.network_access",
    "NodeGroup": "batch.node_group",
    "OwnDefinitions": "batch.access_definitions",
    "PipelineStage": "workflows.pipeline_stage",
    "Platform": "batch.platform",
    "PosixOwner": "batch.storage.job_storage",
    "PriorityQueue": "batch.priority_queues",
    "PriorityQueues": "batch.priority_queues",
    "RateLimit": "batch.rate_limit",
    "Retry": "batch.retry",
    "RunnableWatch": "workflows.runnable_watch",
    "S3FilesStorage": "batch.storage.s3_files_storage",
    "S3Storage": "batch.storage.s3_storage",
    "StartAfter": "batch.job_container",
    "Strategy": "workflows.strategy",
    "StuckJob": "workflows.runnable_watch_action",
    "SubmitJob": "workflows.submit",
    "SubmitterRole": "batch.access_role",
    "UnmanagedComputeEnvironment": "batch.unmanaged_environment",
    "fan_out": "workflows.strategy",
    "instance_types_for": "batch.instance_choice",
}

__all__ = [
    "ArrayFanOut",
    "ArrayPipeline",
    "BatchBudget",
    "BatchEndpoints",
    "BatchNetwork",
    "BatchStateMachine",
    "CapacityReservation",
    "ConfigurationError",
    "ContainerInsights",
    "ContainerJob",
    "CostTags",
    "DistributedFanOut",
    "Ec2ComputeEnvironment",
    "EcsTaskFanOut",
    "EfsStorage",
    "FairShare",
    "FargateComputeEnvironment",
    "HostScratch",
    "ImagePipeline",
    "ImageRepository",
    "ImageSource",
    "InstanceScratch",
    "ItemSource",
    "JobContainer",
    "JobImage",
    "JobQueue",
    "JobRevisions",
    "JobSecret",
    "JobStorage",
    "LambdaFanOut",
    "LinuxParameters",
    "LustreStorage",
    "ManagedInstancesComputeEnvironment",
    "MapFanOut",
    "MixedCapacity",
    "MultiContainerJob",
    "MultiNodeJob",
    "NetworkAccess",
    "NodeGroup",
    "OwnDefinitions",
    "PipelineStage",
    "Platform",
    "PosixOwner",
    "PriorityQueue",
    "PriorityQueues",
    "RateLimit",
    "Retry",
    "RunnableWatch",
    "S3FilesStorage",
    "S3Storage",
    "StartAfter",
    "Strategy",
    "StuckJob",
    "SubmitJob",
    "SubmitterRole",
    "UnmanagedComputeEnvironment",
    "fan_out",
    "instance_types_for",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(f"{__name__}.{_MODULES[name]}")
    except AttributeError as error:  # which Python would take for a name that this module does not have
        raise ImportError(f"{__name__}.{name} needs a newer aws-cdk-lib: {error}") from error
    value = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted({*globals(), *__all__})
