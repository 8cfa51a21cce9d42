"""Gap: in moto, a Choice fails, compares and assigns otherwise than in AWS.

A state without a match fails with an internal error, and a rule may take Default's Assign. AWS fails with
States.Runtime; Assign and Output of the state itself belong to Default only, also when a matching rule leads to the
same state. A value that is missing takes Default in moto, and times have neither fractions nor offsets. AWS fails with
States.Runtime for every operator but IsPresent; values of another type than the operator's are not equal, greater or
less.
Sources: https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html and
https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html#amazon-states-language-choice-state-rules
"""

import operator
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_func import (
    ComparisonFuncStringVariableSample,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_variable import ComparisonVariable
from moto.stepfunctions.parser.asl.component.state.choice.state_choice import StateChoice
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.expressions.paths import find
from constructs_lib.local.states.failures import RUNTIME, failure

_NO_NEXT_STATE = "Failed to transition out of the state. The state does not point to a next state."
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_WILDCARD = re.compile(r"\\(.)|\*|([^\\*]+)", re.DOTALL)
_RELATIONS = {
    "GreaterThanEquals": operator.ge,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "LessThan": operator.lt,
    "Equals": operator.eq,
}
_ABSENT = object()


def patches() -> list[Patch]:
    """Remember which rule matched; read the variable, and compare it."""
    return [
        Patch(StateChoice, "_eval_state", _choose),
        Patch(StateChoice, "_eval_state_output", _leave),
        Patch(ComparisonVariable, "_eval_body", _compare),
    ]


def _choose(self: Any, env: Any) -> None:
    for rule in self.choices_decl.rules:
        rule.eval(env)
        if env.stack.pop() is True:
            env.stack.append((rule.next_stmt.name, False))
            return
    if self.default_state is None:
        raise FailureEventException(failure_event=_no_match(env))
    env.stack.append((self.default_state.state_name, True))


def _leave(self: Any, env: Any) -> None:
    next_state_name, is_default = env.stack.pop()
    if is_default and self.assign_decl:
        self.assign_decl.eval(env=env)
    if is_default and self.output:
        self.output.eval(env=env)
    if self.output_path:
        self.output_path.eval(env=env)
    env.next_state_name = next_state_name


def _no_match(env: Any) -> Any:
    name = StatesErrorName(typ=StatesErrorNameType.StatesRuntime)
    details = ExecutionFailedEventDetails(error=name.error_name, cause=_NO_NEXT_STATE)
    return FailureEvent(
        env=env,
        error_name=name,
        event_type=HistoryEventType.ExecutionFailed,
        event_details=EventDetails(executionFailedEventDetails=details),
    )


def compares(operator_name: str, value: Any, operand: Any) -> bool:
    """Tell whether a value is what an operator asks for.

    Args:
        operator_name: without ``Path``, such as ``NumericLessThan`` or ``IsNull``.
        value: what the rule's Variable leads to.
        operand: what the operator compares it with; for ``Is…`` whether it is to be so.
    """
    if operator_name in _TESTS:
        return _TESTS[operator_name](value) is operand
    if operator_name == "StringMatches":
        return _is_text(value) and _pattern(operand).fullmatch(value) is not None
    kind, relation = _split(operator_name)
    is_kind, read = _KINDS[kind]
    if not (is_kind(value) and is_kind(operand)):
        return False
    return bool(_RELATIONS[relation](read(value), read(operand)))


def _compare(self: Any, env: Any) -> None:
    sampler, function = self.variable.string_sampler, self.comparison_function
    name = function.operator_type.name
    value = _value(sampler, env)
    if value is _ABSENT and name != "IsPresent":
        raise _invalid(env, sampler.literal_value)
    if isinstance(function, ComparisonFuncStringVariableSample):
        function.string_variable_sample.eval(env=env)
        operand = env.stack.pop()
    else:
        operand = _at(env, function.value) if name.endswith("Path") else function.value
    env.stack.append(compares(name.removesuffix("Path"), value, operand))


def _value(sampler: Any, env: Any) -> Any:
    try:
        sampler.eval(env=env)
    except NoSuchJsonPathError:
        return _ABSENT
    except FailureEventException:  # what moto's samplers of context and variables raise
        return _ABSENT
    return env.stack.pop()


def _at(env: Any, path: str) -> Any:
    is_context = path.startswith("$$")
    data = env.states.context_object.context_object_data if is_context else env.stack[-1]
    try:
        return find(path[1:] if is_context else path, data)
    except NoSuchJsonPathError:
        raise _invalid(env, path) from None


def _invalid(env: Any, path: str) -> Any:
    cause = f"Invalid path '{path}': The choice state's condition path references an invalid value."
    return failure(env, RUNTIME, cause)


def _split(operator_name: str) -> tuple[str, str]:
    kind = next(kind for kind in _KINDS if operator_name.startswith(kind))
    return kind, operator_name.removeprefix(kind)


def _pattern(text: str) -> re.Pattern[str]:
    """Return a pattern in which only ``*`` stands for anything; a backslash takes the next character as it is."""
    parts = (re.escape(match[1] or match[2]) if match[1] or match[2] else ".*" for match in _WILDCARD.finditer(text))
    return re.compile("".join(parts), re.DOTALL)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_time(value: Any) -> bool:
    if not _is_text(value) or not _TIME.fullmatch(value):
        return False
    try:
        _moment(value)
    except ValueError:
        return False
    return True


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _same(value: Any) -> Any:
    return value


_KINDS: dict[str, tuple[Callable[[Any], bool], Callable[[Any], Any]]] = {
    "Boolean": (_is_boolean, _same),
    "Numeric": (_is_number, _same),
    "String": (_is_text, _same),
    "Timestamp": (_is_time, _moment),
}
_TESTS: dict[str, Callable[[Any], bool]] = {
    "IsBoolean": _is_boolean,
    "IsNull": lambda value: value is None,
    "IsNumeric": _is_number,
    "IsPresent": lambda value: value is not _ABSENT,
    "IsString": _is_text,
    "IsTimestamp": _is_time,
}
