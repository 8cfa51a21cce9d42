"""AWS Batch pipelines as CDK constructs: right by default, proven before they are deployed.

The names below are imported when they are first used: the command line and the embedded AWS live in this package too,
and have no use for aws-cdk-lib.
"""

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

from constructs_lib.errors import ConfigurationError
from constructs_lib.newer import check_newer

if TYPE_CHECKING:
    from constructs_lib.access.submitter_role import SubmitterRole
    from constructs_lib.batch_checks import BatchChecks
    from constructs_lib.compute.container_insights import ContainerInsights
    from constructs_lib.compute.ec2.capacity_reservation import CapacityReservation
    from constructs_lib.compute.ec2.environment import Ec2ComputeEnvironment
    from constructs_lib.compute.ec2.scratch import InstanceScratch
    from constructs_lib.compute.fargate_environment import FargateComputeEnvironment
    from constructs_lib.compute.instances.choice import instance_types_for
    from constructs_lib.compute.managed_instances.environment import ManagedInstancesComputeEnvironment
    from constructs_lib.compute.unmanaged.environment import UnmanagedComputeEnvironment
    from constructs_lib.core.platform import Platform
    from constructs_lib.costs.budget import BatchBudget
    from constructs_lib.costs.mixed_capacity import MixedCapacity
    from constructs_lib.costs.tags import CostTags
    from constructs_lib.delivery.pipeline import ImagePipeline
    from constructs_lib.delivery.revisions import JobRevisions
    from constructs_lib.delivery.source import ImageSource
    from constructs_lib.images.image import JobImage
    from constructs_lib.images.repository import ImageRepository
    from constructs_lib.jobs.container_job import ContainerJob
    from constructs_lib.jobs.linux_parameters import LinuxParameters
    from constructs_lib.jobs.retry import Retry
    from constructs_lib.jobs.secret import JobSecret
    from constructs_lib.jobs.several_containers.container import JobContainer, StartAfter
    from constructs_lib.jobs.several_containers.job import MultiContainerJob
    from constructs_lib.jobs.several_nodes.group import NodeGroup
    from constructs_lib.jobs.several_nodes.job import MultiNodeJob
    from constructs_lib.monitoring.job_metrics import JobMetrics
    from constructs_lib.monitoring.monitoring import Monitoring
    from constructs_lib.monitoring.notifications.notifications import Notifications
    from constructs_lib.monitoring.notifications.occasion import Occasion
    from constructs_lib.network.access import NetworkAccess
    from constructs_lib.network.endpoints import BatchEndpoints
    from constructs_lib.network.network import BatchNetwork
    from constructs_lib.queues.fair_share import FairShare
    from constructs_lib.queues.own_definitions import OwnDefinitions
    from constructs_lib.queues.priority_queues import PriorityQueue, PriorityQueues
    from constructs_lib.queues.queue import JobQueue
    from constructs_lib.queues.queue_metrics import QueueMetrics
    from constructs_lib.queues.rate_limit import RateLimit
    from constructs_lib.state_machine import BatchStateMachine
    from constructs_lib.storage.efs_storage import EfsStorage
    from constructs_lib.storage.host_scratch import HostScratch
    from constructs_lib.storage.job_storage import JobStorage, PosixOwner
    from constructs_lib.storage.lustre_storage import LustreStorage
    from constructs_lib.storage.s3_files_storage import S3FilesStorage
    from constructs_lib.storage.s3_storage import S3Storage
    from constructs_lib.triggers.queue_trigger import QueueTrigger
    from constructs_lib.triggers.schedule_trigger import ScheduleTrigger
    from constructs_lib.triggers.submit_target import SubmitTarget
    from constructs_lib.triggers.upload_trigger import UploadTrigger
    from constructs_lib.workflows.fan_out.array.array_fan_out import ArrayFanOut
    from constructs_lib.workflows.fan_out.distributed.distributed_fan_out import DistributedFanOut
    from constructs_lib.workflows.fan_out.distributed.item_source import ItemSource
    from constructs_lib.workflows.fan_out.ecs_tasks.ecs_task_fan_out import EcsTaskFanOut
    from constructs_lib.workflows.fan_out.functions.lambda_fan_out import LambdaFanOut
    from constructs_lib.workflows.fan_out.map.map_fan_out import MapFanOut
    from constructs_lib.workflows.fan_out.stages.array_pipeline import ArrayPipeline
    from constructs_lib.workflows.fan_out.stages.stage import PipelineStage
    from constructs_lib.workflows.fan_out.strategy import Strategy, fan_out
    from constructs_lib.workflows.submit.submit_job import SubmitJob
    from constructs_lib.workflows.watch.action import StuckJobAction
    from constructs_lib.workflows.watch.runnable_watch import RunnableWatch

_MODULES = {
    "ArrayFanOut": "workflows.fan_out.array.array_fan_out",
    "ArrayPipeline": "workflows.fan_out.stages.array_pipeline",
    "BatchBudget": "costs.budget",
    "BatchChecks": "batch_checks",
    "BatchEndpoints": "network.endpoints",
    "BatchNetwork": "network.network",
    "BatchStateMachine": "state_machine",
    "CapacityReservation": "compute.ec2.capacity_reservation",
    "ContainerInsights": "compute.container_insights",
    "ContainerJob": "jobs.container_job",
    "CostTags": "costs.tags",
    "DistributedFanOut": "workflows.fan_out.distributed.distributed_fan_out",
    "Ec2ComputeEnvironment": "compute.ec2.environment",
    "EcsTaskFanOut": "workflows.fan_out.ecs_tasks.ecs_task_fan_out",
    "EfsStorage": "storage.efs_storage",
    "FairShare": "queues.fair_share",
    "FargateComputeEnvironment": "compute.fargate_environment",
    "HostScratch": "storage.host_scratch",
    "ImagePipeline": "delivery.pipeline",
    "ImageRepository": "images.repository",
    "ImageSource": "delivery.source",
    "InstanceScratch": "compute.ec2.scratch",
    "ItemSource": "workflows.fan_out.distributed.item_source",
    "JobContainer": "jobs.several_containers.container",
    "JobImage": "images.image",
    "JobMetrics": "monitoring.job_metrics",
    "JobQueue": "queues.queue",
    "JobRevisions": "delivery.revisions",
    "JobSecret": "jobs.secret",
    "JobStorage": "storage.job_storage",
    "LambdaFanOut": "workflows.fan_out.functions.lambda_fan_out",
    "LinuxParameters": "jobs.linux_parameters",
    "LustreStorage": "storage.lustre_storage",
    "ManagedInstancesComputeEnvironment": "compute.managed_instances.environment",
    "MapFanOut": "workflows.fan_out.map.map_fan_out",
    "MixedCapacity": "costs.mixed_capacity",
    "Monitoring": "monitoring.monitoring",
    "MultiContainerJob": "jobs.several_containers.job",
    "MultiNodeJob": "jobs.several_nodes.job",
    "NetworkAccess": "network.access",
    "NodeGroup": "jobs.several_nodes.group",
    "Notifications": "monitoring.notifications.notifications",
    "Occasion": "monitoring.notifications.occasion",
    "OwnDefinitions": "queues.own_definitions",
    "PipelineStage": "workflows.fan_out.stages.stage",
    "Platform": "core.platform",
    "PosixOwner": "storage.job_storage",
    "PriorityQueue": "queues.priority_queues",
    "PriorityQueues": "queues.priority_queues",
    "QueueMetrics": "queues.queue_metrics",
    "QueueTrigger": "triggers.queue_trigger",
    "RateLimit": "queues.rate_limit",
    "Retry": "jobs.retry",
    "RunnableWatch": "workflows.watch.runnable_watch",
    "S3FilesStorage": "storage.s3_files_storage",
    "S3Storage": "storage.s3_storage",
    "ScheduleTrigger": "triggers.schedule_trigger",
    "StartAfter": "jobs.several_containers.container",
    "Strategy": "workflows.fan_out.strategy",
    "StuckJobAction": "workflows.watch.action",
    "SubmitJob": "workflows.submit.submit_job",
    "SubmitTarget": "triggers.submit_target",
    "SubmitterRole": "access.submitter_role",
    "UnmanagedComputeEnvironment": "compute.unmanaged.environment",
    "UploadTrigger": "triggers.upload_trigger",
    "fan_out": "workflows.fan_out.strategy",
    "instance_types_for": "compute.instances.choice",
}

__all__ = [
    "ArrayFanOut",
    "ArrayPipeline",
    "BatchBudget",
    "BatchChecks",
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
    "JobMetrics",
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
    "Monitoring",
    "MultiContainerJob",
    "MultiNodeJob",
    "NetworkAccess",
    "NodeGroup",
    "Notifications",
    "Occasion",
    "OwnDefinitions",
    "PipelineStage",
    "Platform",
    "PosixOwner",
    "PriorityQueue",
    "PriorityQueues",
    "QueueMetrics",
    "QueueTrigger",
    "RateLimit",
    "Retry",
    "RunnableWatch",
    "S3FilesStorage",
    "S3Storage",
    "ScheduleTrigger",
    "StartAfter",
    "Strategy",
    "StuckJobAction",
    "SubmitJob",
    "SubmitTarget",
    "SubmitterRole",
    "UnmanagedComputeEnvironment",
    "UploadTrigger",
    "fan_out",
    "instance_types_for",
]

_RENAMED = {"StuckJob": "StuckJobAction"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name in _RENAMED:
        new = _RENAMED[name]
        said = f"{__name__}.{name} is now {new}, and goes away with the next release."
        warnings.warn(said, DeprecationWarning, stacklevel=2)
        return __getattr__(new)
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    check_newer(name)
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
