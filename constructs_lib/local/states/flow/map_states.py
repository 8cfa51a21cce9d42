"""Gap: moto's Map shows Python where its input is no array, and evaluates limits of failures that inline maps lack.

An inline Map takes an array, a Distributed Map the pairs of an object, too.
Sources: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html and
https://docs.aws.amazon.com/step-functions/latest/dg/input-output-fields-dist-map.html
"""

from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.items.items import ItemsJSONata
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.state_map import StateMap
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.events import add, before
from constructs_lib.local.states.expressions.paths import parse
from constructs_lib.local.states.failures import RUNTIME, failure
from constructs_lib.local.states.json_text import json_text

_QUERY = "States.QueryEvaluationError"


class Pair(dict[str, Any]):
    """A pair of an object that is iterated over: ``{"Key": …, "Value": …}``."""


def pairs(value: dict[str, Any]) -> list[Pair]:
    """Return an object's pairs."""
    return [Pair(Key=key, Value=inner) for key, inner in value.items()]


def patches() -> list[Patch]:
    """Find the items, run the iterations."""
    return [Patch(StateMap, "_eval_execution", _run)]


def _run(self: Any, env: Any) -> None:
    self.max_concurrency_decl.eval(env=env)
    concurrency = env.stack.pop()
    is_distributed = isinstance(self.iteration_component, DistributedIterationComponent)
    items = None if self.item_reader else _items(self, env, is_distributed=is_distributed)
    add(env, HistoryEventType.MapStateStarted, mapStateStartedEventDetails={"length": len(items or ())})
    env.stack.append(
        SimpleNamespace(
            state_name=self.name,
            label=self.label.label if self.label else None,
            max_concurrency=concurrency,
            input_items=items,
            item_selector=self.item_selector,
            parameters=self.parameters,
        )
    )
    self.iteration_component.eval(env)
    context = env.event_history_context
    env.event_manager.add_event(
        context=context, event_type=HistoryEventType.MapStateSucceeded, update_source_event_id=False
    )
    if is_distributed:  # what comes next follows from the start of the map run
        context.source_event_id = before(env, context.source_event_id)
    self._verify_size_quota(env=env, value=env.stack[-1])


def _items(state: Any, env: Any, *, is_distributed: bool) -> list[Any]:
    found = _found(state, env)
    if isinstance(found, dict) and is_distributed:
        return list(pairs(found))
    if isinstance(found, list):
        return found
    if state.items_path is not None:
        path = state.items_path.string_sampler.literal_value
        raise failure(env, RUNTIME, f'Reference path "{path}" must point to array.')
    raise FailureEventException(_no_array(state, env, found))


def _found(state: Any, env: Any) -> Any:
    if state.items_path is not None:
        try:
            state.items_path.eval(env=env)
        except NoSuchJsonPathError as error:
            cause = f'Unable to apply step "{_last_name(error.json_path)}" to input {json_text(error.data)}'
            raise failure(env, "States.ReferencePathConflict", cause) from None
    elif isinstance(state.items, ItemsJSONata):
        state.items.string_jsonata.eval(env=env)
    elif state.items is not None:
        state.items.eval(env=env)
    return env.stack.pop()


def _last_name(path: str) -> str:
    return str(parse(path)[-1]).strip("[]'")


def _no_array(state: Any, env: Any, found: Any) -> Any:
    details = EvaluationFailedEventDetails(
        error=_QUERY, cause=f"Map state input must be an array but was: {json_text(found)}"
    )
    if state.items is not None:
        kind = _KINDS[type(found)]
        details["location"] = "Items"
        details["cause"] = (
            f"The JSONata expression '{state.items.string_jsonata.expression}' specified for the field 'Items' "
            f"returned an unexpected result type. Expected 'array', but was '{kind}' for value: {json_text(found)}"
        )
    return FailureEvent(
        env=env,
        error_name=ErrorName(error_name=_QUERY),
        event_type=HistoryEventType.EvaluationFailed,
        event_details=EventDetails(evaluationFailedEventDetails=details),
    )


_KINDS = {bool: "boolean", int: "number", float: "number", str: "string", dict: "object", type(None): "null"}
