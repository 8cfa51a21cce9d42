"""The Distributed Map of a `DistributedFanOut`, which reads a source of items and runs them in batches."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.protocol import RUN_BATCHES
from constructs_lib.workflows.fan_out.distributed.batches import Batch
from constructs_lib.workflows.fan_out.distributed.distributed_map import (
    DistributedMapState,
    item_reader,
    result_permissions,
    result_writer,
)
from constructs_lib.workflows.fan_out.distributed.item_source import ItemSource
from constructs_lib.workflows.states.expressions import is_jsonata
from constructs_lib.workflows.states.nesting import Nesting
from constructs_lib.workflows.states.programs import program


def run_batches(
    scope: Construct,
    *,
    source: ItemSource,
    bucket: s3.IBucket,
    batch: Batch,
    nesting: Nesting,
    batcher: Mapping[str, int],
    passed_on: Mapping[str, str],
    max_concurrency: int,
) -> DistributedMapState:
    """The Map; its input has ``directory``, ``environment``, ``rerun``, and ``items`` or the arguments of the source.

    Args:
        scope: the fan-out.
        source: of the items.
        bucket: for the results.
        batch: the states of a child execution.
        nesting: of the states of the fan-out.
        batcher: the maximum numbers of items and bytes of a batch, in the form of AWS.
        passed_on: further fields of the input of the child executions.
        max_concurrency: batches at a time.
    """
    state = DistributedMapState(
        scope,
        RUN_BATCHES,
        fields={
            **(item_reader(source.resource, _arguments(source), source.config) if source.resource else {}),
            "ItemBatcher": {
                **batcher,
                "BatchInput": {
                    "directory": "{% $states.input.directory %}",
                    "environment": program(__file__, "batch_environment").bind(bucket=bucket.bucket_name),
                    "rerun": "{% $states.input.rerun %}",
                    **passed_on,
                },
            },
            # Child executions report failed items and succeed; if one fails nevertheless, the others still run.
            "ToleratedFailurePercentage": 100,
            **result_writer(
                bucket, "{% $states.input.directory & '/batches' %}", transformation="COMPACT", output_type="JSONL"
            ),
        },
        statements=[*source.statements, *result_permissions(bucket)],
        outputs=program(__file__, "batches_ended").bind(bucket=bucket.bucket_name),
        comment="Runs each batch of items as one job, and notes how it ended.",
        items=sfn.ProvideItems.jsonata("{% $states.input.items %}") if source.expression else None,
        item_selector={
            "index": "{% $states.context.Map.Item.Index %}",
            "item": "{% $states.context.Map.Item.Value %}",
        },
        max_concurrency=max_concurrency,
    )
    nesting.put(state, batch.start)
    return state


def evaluated_arguments(source: ItemSource) -> dict[str, Any]:
    """The arguments of a source that are expressions, which are evaluated over the input of the fan-out."""
    return {name: value for name, value in source.arguments.items() if is_jsonata(value)}


def _arguments(source: ItemSource) -> dict[str, str]:
    return {
        name: f"{{% $states.input.{name} %}}" if is_jsonata(value) else value
        for name, value in source.arguments.items()
    }
