"""The expressions that a `DistributedFanOut` evaluates once, before its batches run."""

from collections.abc import Mapping
from typing import Any, Final

from constructs_lib.workflows.fan_out.distributed.batch_map import evaluated_arguments
from constructs_lib.workflows.fan_out.distributed.batch_rerun import RERUN
from constructs_lib.workflows.fan_out.distributed.item_source import ItemSource
from constructs_lib.workflows.fan_out.list.bucket import PREFIX
from constructs_lib.workflows.fan_out.list.items import read_items
from constructs_lib.workflows.fan_out.list.steps import Read
from constructs_lib.workflows.states.expressions import jsonata

_DIRECTORY: Final = (
    f"'{PREFIX}' & $states.context.StateMachine.Name & '/' & $states.context.Execution.Name & '/' & $uuid()"
)


def read_source(source: ItemSource, given: Mapping[str, Any]) -> Read:
    """The first step of a `DistributedFanOut`: evaluate the items, or the arguments of their source.

    Args:
        source: of the items.
        given: further outputs, for the batches.
    """
    outputs = {"directory": jsonata(_DIRECTORY), **given, "rerun": RERUN, **evaluated_arguments(source)}
    if source.expression:
        outputs["items"] = read_items(source.expression)
    return Read("Evaluates once what the fan-out is given.", outputs)
