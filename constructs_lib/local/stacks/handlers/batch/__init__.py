"""Handlers of the resources of AWS Batch: they call its API, as CloudFormation's own do."""

from collections.abc import Mapping

from constructs_lib.local.batch.service import BatchService
from constructs_lib.local.stacks.handlers.batch.compute_environment import ComputeEnvironments
from constructs_lib.local.stacks.handlers.batch.consumable_resource import ConsumableResources
from constructs_lib.local.stacks.handlers.batch.job_definition import JobDefinitions
from constructs_lib.local.stacks.handlers.batch.job_queue import JobQueues
from constructs_lib.local.stacks.handlers.batch.scheduling_policy import SchedulingPolicies
from constructs_lib.local.stacks.handlers.contract.handler import Handler

__all__ = ["batch_handlers"]


def batch_handlers(service: BatchService) -> Mapping[str, Handler]:
    """The handlers of what an AWS Batch has, by resource type."""
    return {
        "AWS::Batch::ComputeEnvironment": ComputeEnvironments(service),
        "AWS::Batch::ConsumableResource": ConsumableResources(service),
        "AWS::Batch::JobDefinition": JobDefinitions(service),
        "AWS::Batch::JobQueue": JobQueues(service),
        "AWS::Batch::SchedulingPolicy": SchedulingPolicies(service),
    }
