"""The first states of a `DistributedFanOut`: what it is given, evaluated once, and a list told from what is none."""

from collections.abc import Mapping
from typing import Any, Final

from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.fan_out.distributed.batch_map import evaluated_arguments
from constructs_lib.workflows.fan_out.distributed.batch_rerun import RERUN
from constructs_lib.workflows.fan_out.distributed.item_source import ItemSource
from constructs_lib.workflows.fan_out.list.bucket import PREFIX
from constructs_lib.workflows.fan_out.list.items import NO_ARRAY, NO_ITEMS, WRONG_ITEMS_CAUSE, read_items
from constructs_lib.workflows.fan_out.list.summary import NOTHING_TO_DO
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.mark import Given, first_state
from constructs_lib.workflows.states.nesting import Nesting

_DIRECTORY: Final = (
    f"'{PREFIX}' & $states.context.StateMachine.Name & '/' & $states.context.Execution.Name & '/' & $uuid()"
)


def read_source(
    scope: sfn.StateMachineFragment,
    *,
    source: ItemSource,
    given: Mapping[str, Any],
    batches: sfn.State,
    nothing: sfn.IChainable,
    nesting: Nesting,
    made_with: Given,
) -> sfn.Pass:
    """The state that begins; batches follow it. All others are there, and get their names.

    Args:
        scope: the fan-out.
        source: of the items.
        given: what else the batches need to know.
        batches: the state that runs them.
        nothing: where a list without items goes.
        nesting: of the states of the fan-out.
        made_with: the options of the fan-out, for its mark.
    """
    outputs = {"directory": jsonata(_DIRECTORY), **given, "rerun": RERUN, **evaluated_arguments(source)}
    if source.expression:
        outputs["items"] = read_items(source.expression)
    follows = _check_items(scope, batches, nothing) if source.expression else batches
    nesting.name_states(scope)
    what = "Evaluates once what the fan-out is given."
    return first_state(scope, made_with, what=what, outputs=outputs, follows=follows)


def _check_items(scope: Construct, batches: sfn.IChainable, nothing: sfn.IChainable) -> sfn.Choice:
    check = sfn.Choice.jsonata(scope, "Check items", comment="Tells a list from what is none.")
    no_array = sfn.Fail.jsonata(
        scope,
        "Items are not an array",
        comment="Says what was found instead.",
        error="FanOut.InvalidItems",
        cause=WRONG_ITEMS_CAUSE,
    )
    check.when(sfn.Condition.jsonata(NO_ARRAY), no_array, comment="Not an array")
    check.when(
        sfn.Condition.jsonata(NO_ITEMS),
        nothing,
        outputs={"summary": NOTHING_TO_DO},
        comment="Nothing to do is a success",
    )
    return check.otherwise(batches)
