"""What jobs take of consumable resources while they run: rate limits of ours, and whatever else is one."""

import math
from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from aws_cdk import aws_batch as batch
from aws_cdk.interfaces.aws_batch import IConsumableResourceRef

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.level1 import cfn_job_definition
from constructs_lib.core.tokens import resolved
from constructs_lib.rules import Rule


@runtime_checkable
class Limited(Protocol):
    """A resource of which it is known how much there is, as a `RateLimit`."""

    limit: int


def check_consumed(place: ArgumentPath, consumes: Mapping[IConsumableResourceRef, int]) -> None:
    """Refuse quantities that no job can take."""
    for resource, quantity in consumes.items():
        where = place.of(f"consumes[{resource.node.id}]")
        check_range(where, quantity, 1, math.inf, rule=Rule.RATE_LIMIT)
        limit = resource.limit if isinstance(resource, Limited) else None
        if limit is not None and resolved(limit) and resolved(quantity) and quantity > limit:
            raise Rule.RATE_LIMIT_REACH.error(
                where,
                got=f"{quantity:,}",
                expected=f"the limit is {limit:,}, and the job would wait forever",
                fix="Raise the limit, or use less of it.",
            )


def render_consumed(job: batch.EcsJobDefinition, consumes: Mapping[IConsumableResourceRef, int]) -> None:
    """Write what a job takes into its definition, for which aws-cdk-lib's class has no option."""
    if consumes:
        cfn_job_definition(job).add_property_override(
            "ConsumableResourceProperties.ConsumableResourceList",
            [
                {"ConsumableResource": resource.consumable_resource_ref.consumable_resource_arn, "Quantity": quantity}
                for resource, quantity in consumes.items()
            ],
        )
