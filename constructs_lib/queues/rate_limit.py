"""How many jobs of a kind run at once, wherever they run: a limit of something that is not capacity."""

import math
from collections.abc import Mapping

from aws_cdk import aws_batch as batch
from constructs import Construct

from constructs_lib.core.arguments import check_range
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.level1 import cfn_job_definition
from constructs_lib.core.names import check_resource_name
from constructs_lib.core.place import Place
from constructs_lib.core.tokens import resolved
from constructs_lib.errors import ConfigurationError


@checked
class RateLimit(batch.ConsumableResource):
    """Lets a number of jobs run at once: seats of a license, connections to a database, calls of somebody's API.

    Jobs take from it by ``ContainerJob(…, consumes={limit: 1})``, in whichever queue they are. A job that finds it used
    up waits in RUNNABLE, and what it took comes back when it has ended. Children of an array job each take their own.
    AWS Batch looks at capacity first: jobs wait in front of instances that may already have been started for them.
    Something that a job uses up for good is a ``batch.ConsumableResource`` of aws-cdk-lib with
    ``ConsumableResourceType.NON_REPLENISHABLE``, and is consumed in the same way.
    Source: https://docs.aws.amazon.com/batch/latest/userguide/resource-aware-scheduling.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        limit: how many jobs that take 1 run at once. A changed limit is in effect without a replacement.
        rate_limit_name: physical name, unique in account and region. Default: made by CloudFormation.

    Raises:
        ConfigurationError: a limit that lets no job run.
    """

    def __init__(self, scope: Construct, construct_id: str, *, limit: int, rate_limit_name: str | None = None) -> None:
        place = Place("RateLimit", scope, construct_id)
        check_range(place.of("limit"), limit, 1, math.inf, code="QUEUE003")
        check_resource_name(place.of("rate_limit_name"), rate_limit_name)
        super().__init__(
            scope,
            construct_id,
            total_quantity=limit,
            consumable_resource_name=rate_limit_name,
            resource_type=batch.ConsumableResourceType.REPLENISHABLE,
        )
        self.limit = limit


def check_consumed(place: Place, consumes: Mapping[batch.IConsumableResource, int]) -> None:
    """Refuse quantities that no job can take."""
    for resource, quantity in consumes.items():
        where = place.of(f"consumes[{resource.node.id}]")
        check_range(where, quantity, 1, math.inf, code="QUEUE003")
        limit = resource.limit if isinstance(resource, RateLimit) else None
        if limit is not None and resolved(limit) and resolved(quantity) and quantity > limit:
            raise ConfigurationError(
                code="QUEUE004",
                where=str(where),
                got=f"{quantity:,}",
                expected=f"the limit is {limit:,}, and the job would wait forever",
                fix="Raise the limit, or take less.",
            )


def render_consumed(job: batch.EcsJobDefinition, consumes: Mapping[batch.IConsumableResource, int]) -> None:
    """Write what a job takes into its definition, for which aws-cdk-lib's class has no option."""
    if consumes:
        cfn_job_definition(job).add_property_override(
            "ConsumableResourceProperties.ConsumableResourceList",
            [
                {"ConsumableResource": resource.consumable_resource_arn, "Quantity": quantity}
                for resource, quantity in consumes.items()
            ],
        )
