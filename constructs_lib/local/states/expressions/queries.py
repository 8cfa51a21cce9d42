"""Gap: moto has no JSONata engine (`_eval_jsonata` is None) and pastes values into expressions as text.

Expressions are parsed when the state machine is created, as AWS does, and evaluated with their values bound natively.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html.
"""

from typing import Any

from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.string.string_expression import (
    StringJSONata,
    StringVariableSample,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.variable_store import NoSuchVariable

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.expressions.evaluation import QueryError, evaluate, parse
from constructs_lib.local.states.expressions.locations import location_of

_init_string_jsonata = StringJSONata.__init__


def patches() -> list[Patch]:
    """Parse at creation, evaluate with jsonata-python."""
    return [
        Patch(StringJSONata, "__init__", _parse_expression),
        Patch(StringJSONata, "_eval_body", _evaluate_expression),
        Patch(StringVariableSample, "_eval_body", _evaluate_expression),  # a variable in a JSONPath state
    ]


def _parse_expression(self: Any, expression: str) -> None:
    _init_string_jsonata(self, expression)
    try:
        parse(expression)
    except QueryError as error:
        raise ValueError(f"INVALID_JSONATA_EXPRESSION: {expression!r}{error}") from error


def _evaluate_expression(self: Any, env: Any) -> None:
    try:
        value = evaluate(parse(self.expression), lambda name: _variable(env, name))
    except QueryError as error:
        location = location_of(self)
        field = f" specified for the field '{location}'" if location else ""
        cause = f"The JSONata expression '{self.expression}'{field} {error}"
        raise FailureEventException(failure_event=_query_failure(env, cause, location)) from error
    env.stack.append(value)


def _variable(env: Any, name: str) -> Any:
    if name == "states":
        return {key: value for key, value in env.states._states_data.items() if (key, value) != ("errorOutput", None)}  # noqa: SLF001
    try:
        return env.variable_store.get(name)
    except NoSuchVariable:
        raise KeyError(name) from None


def _query_failure(env: Any, cause: str, location: str | None) -> Any:
    name = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
    details = EvaluationFailedEventDetails(error=name.error_name, cause=cause)
    if location:
        details["location"] = location
    return FailureEvent(
        env=env,
        error_name=name,
        event_type=HistoryEventType.EvaluationFailed,
        event_details=EventDetails(evaluationFailedEventDetails=details),
    )
