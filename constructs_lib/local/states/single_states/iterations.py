"""What the iterations of a Map state would be given, when a mock stands for them.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionData.html
"""

from collections.abc import Iterator
from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)

from constructs_lib.local.states.distributed.batches import Batcher
from constructs_lib.local.states.distributed.definitions.fields import MapFields, evaluate
from constructs_lib.local.states.distributed.failures import MapRunError, failure_event
from constructs_lib.local.states.distributed.reading.items import STATE_DATA, Item
from constructs_lib.local.states.distributed.reading.reader import items_of

Steps = dict[str, Any]


def steps(component: Any, env: Any, data: str | None) -> Steps:
    """Show what becomes of the items.

    Args:
        component: of moto's parser: what runs the iterations.
        env: the environment of the Map state, with the items on its stack.
        data: what the ItemReader has read; None when that is not known.

    Returns:
        Values by the names that TestState has for them, those of the fields that the state has.

    Raises:
        FailureEventException: one of the fields makes the state fail.
    """
    request = env.stack[-1]
    if not isinstance(component, DistributedIterationComponent):
        selector = request.item_selector or request.parameters
        items = (Item(given, STATE_DATA) for given in request.input_items)
        return {} if selector is None else {"afterItemSelector": list(_selected_inline(selector, env, items))}
    try:
        return _distributed_steps(MapFields.of(component), env, request.input_items, data)
    except MapRunError as error:
        raise failure_event(env, error) from error


def _distributed_steps(fields: MapFields, env: Any, given: list[Any] | None, data: str | None) -> Steps:
    seen: Steps = {}
    reader = fields.value("ItemReader", env)
    if reader is None:
        items = [Item(value, STATE_DATA) for value in given or ()]
    elif data is None:
        return seen
    else:
        items = list(items_of(data, reader))
        if "ItemsPointer" in (reader.get("ReaderConfig") or {}):
            seen["afterItemsPointer"] = [item.given for item in items]
    inputs = [item.given for item in items]
    selector = fields.templates.get("ItemSelector")
    if selector is not None:
        inputs = seen["afterItemSelector"] = list(_selected(selector, env, items))
    batcher = fields.value("ItemBatcher", env)
    if batcher is not None:
        seen["afterItemBatcher"] = [child.value for child in Batcher.of(batcher).batches(inputs)]
    return seen


def _selected(selector: Any, env: Any, items: list[Item]) -> Iterator[Any]:
    context = env.states.context_object.context_object_data
    for index, item in enumerate(items):
        context["Map"] = {"Item": item.context(index)}
        yield evaluate(selector, env)


def _selected_inline(selector: Any, env: Any, items: Iterator[Item]) -> Iterator[Any]:
    state_input = env.states.get_input()
    for index, item in enumerate(items):
        frame = env.open_frame()
        try:
            frame.states.context_object.context_object_data["Map"] = {"Item": {"Index": index, "Value": item.given}}
            frame.states.reset(input_value=state_input)
            frame.stack.append(state_input)
            selector.eval(frame)
            yield frame.stack.pop()
        finally:
            env.delete_frame(frame)
