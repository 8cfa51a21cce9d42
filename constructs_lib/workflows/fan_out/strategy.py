"""A fan-out whose strategy is an argument."""

from enum import Enum
from typing import Any, Final, NamedTuple, Unpack

from aws_cdk import aws_batch as batch
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented, flat
from constructs_lib.rules import Rule
from constructs_lib.workflows.fan_out.array.array_fan_out import ArrayFanOut
from constructs_lib.workflows.fan_out.distributed.distributed_fan_out import DistributedFanOut
from constructs_lib.workflows.fan_out.distributed.item_source import ItemSource
from constructs_lib.workflows.fan_out.ecs_tasks.ecs_task_fan_out import EcsTaskFanOut
from constructs_lib.workflows.fan_out.functions.lambda_fan_out import LambdaFanOut
from constructs_lib.workflows.fan_out.jobs.options import FanOutOptions
from constructs_lib.workflows.fan_out.list.fragment import ITEMS
from constructs_lib.workflows.fan_out.list.options import ListOptions, ToleranceOptions
from constructs_lib.workflows.fan_out.map.map_fan_out import MapFanOut
from constructs_lib.workflows.fan_out.stages.array_pipeline import ArrayPipeline
from constructs_lib.workflows.states.expressions import check_jsonata


class Strategy(Enum):
    """How `fan_out` runs a job for each item of a list."""

    MAP = "map"
    """A Map state that submits the jobs, at most 40 at a time: `MapFanOut`, for up to 2,400 items."""

    ARRAY = "array"
    """Array jobs, as many children at a time as there is capacity: `ArrayFanOut`, for up to 40,000 items."""

    DISTRIBUTED = "distributed"
    """A Distributed Map over array jobs: `DistributedFanOut`, for any number of items, which S3 may hold."""


class Row(NamedTuple):
    """One way to run a list.

    Args:
        construct: the class of the fan-out.
        options: its shared options, a `TypedDict`.
        strategy: its name in `fan_out`; None if it does not run a job definition on a queue.
        reads_s3: whether its items may be in S3.
    """

    construct: type[Any]
    options: type[Any]
    strategy: Strategy | None = None
    reads_s3: bool = False


ROWS: Final = (
    Row(ArrayFanOut, FanOutOptions, Strategy.ARRAY),
    Row(MapFanOut, FanOutOptions, Strategy.MAP),
    Row(DistributedFanOut, FanOutOptions, Strategy.DISTRIBUTED, reads_s3=True),
    Row(EcsTaskFanOut, ListOptions),
    Row(LambdaFanOut, ToleranceOptions),
    Row(ArrayPipeline, ListOptions),
)
"""All ways to run a list."""


@checked
@documented
@flat
def fan_out(
    scope: Construct,
    construct_id: str,
    *,
    job: batch.IJobDefinition,
    queue: batch.IJobQueue,
    items: str | ItemSource = ITEMS,
    strategy: Strategy = Strategy.ARRAY,
    **options: Unpack[FanOutOptions],
) -> ArrayFanOut | MapFanOut | DistributedFanOut:
    """Make a fan-out over a list; changing its strategy requires no other change, neither here nor in the container.

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        job: the job definition.
        queue: the job queue that the jobs are submitted to.
        items: a JSONata expression for the array of items; with `Strategy.DISTRIBUTED`, also an `ItemSource`. Default:
            ``items`` of the state's input.
        strategy: how the jobs run. Default: `Strategy.ARRAY`, which suits most lists.

    Returns:
        The construct of the strategy, which can be chained in any state machine.

    Raises:
        ConfigurationError: an argument that AWS would reject, or items in S3 for a strategy that does not read S3.
    """
    row = next(each for each in ROWS if each.strategy is strategy)
    place = ArgumentPath("fan_out", scope, construct_id).of("items")
    if isinstance(items, str):
        check_jsonata(place, items)  # a source would not know which fan-out it is for
    source = items if isinstance(items, ItemSource) else ItemSource.from_input(items)
    if not source.expression and not row.reads_s3:
        raise Rule.ITEMS_IN_S3.error(
            place,
            got="a source in S3",
            expected=f"Strategy.{strategy.name} reads its items from the input of the state",
            fix="Use strategy=Strategy.DISTRIBUTED.",
        )
    read = source if row.reads_s3 else source.expression
    made: ArrayFanOut | MapFanOut | DistributedFanOut = row.construct(
        scope, construct_id, job=job, queue=queue, items=read, **options
    )
    return made
