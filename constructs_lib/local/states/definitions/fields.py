"""Which fields a state has, and which values they take, by the type of the state and the query language.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html,
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html and https://states-language.net/spec.html
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from constructs_lib.local.states.definitions.problems import INVALID, Problem, not_recognized
from constructs_lib.local.states.expressions.paths import InvalidPathError, parse

_TYPES = ("Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map")
_LANGUAGES = ("JSONPath", "JSONata")
_EXPRESSION = re.compile(r"\{%.*%\}", re.DOTALL)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_VARIABLE_OR_FUNCTION = re.compile(r"\$[^\W\d]|States\.")
_WRONG_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\[^\\'{}]")
"""A backslash in a function before a character that has no other meaning than its own."""
_WAITS = re.compile(r"(\.sync|\.waitForTaskToken)(:2)?$")
_AT_ONCE = re.compile(r"arn:[^:]+:states:::(?:apigateway|aws-sdk|dynamodb|events|http|lambda|sns|sqs):.*\.sync(?::2)?")
"""Integrations that are answered at once, and have no job to wait for:
https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html."""
_OPERATOR = re.compile(
    r"(?P<test>Is(?:Boolean|Null|Numeric|Present|String|Timestamp))"
    r"|(?P<kind>Boolean|Numeric|String|Timestamp)(?:Equals|(?:GreaterThan|LessThan)(?:Equals)?)(?P<path>Path)?"
)
_LOGIC = {"And": "Array", "Or": "Array", "Not": "Object", "StringMatches": "String"}
_OPERANDS = {"Boolean": "Boolean", "Numeric": "Number", "String": "String", "Timestamp": "String"}
_OF_COMPARISON = {"Variable", "Comment", "Condition"}
_OF_RULE = {*_OF_COMPARISON, "Next", "Assign", "Output"}
_TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector", "Assign")
_HOURS, _MINUTES, _MONTHS = 24, 60, 12

_OF_MACHINE = {"Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"}
_OF_BRANCH = {"Comment", "StartAt", "States", "QueryLanguage", "ProcessorConfig"}
_OF_STATE = {"Type", "Comment", "QueryLanguage"}
_MOVES = {"Next", "End"}
_RESULT = {"ResultPath", "ResultSelector", "Parameters"}
_ERRORS = {"Retry", "Catch"}
_BOTH = {
    "Task": {*_MOVES, *_ERRORS, "Assign", "Resource", "TimeoutSeconds", "HeartbeatSeconds", "Credentials"},
    "Wait": {*_MOVES, "Assign", "Seconds", "Timestamp"},
    "Pass": {*_MOVES, "Assign"},
    "Succeed": set(),
    "Fail": {"Error", "Cause"},
    "Choice": {"Choices", "Default", "Assign"},
    "Parallel": {*_MOVES, *_ERRORS, "Assign", "Branches"},
    "Map": {
        *_MOVES,
        *_ERRORS,
        "Assign",
        "ItemProcessor",
        "Iterator",
        "ItemReader",
        "ItemSelector",
        "ItemBatcher",
        "ResultWriter",
        "MaxConcurrency",
        "ToleratedFailureCount",
        "ToleratedFailurePercentage",
        "Label",
    },
}
_PATHS = {"InputPath", "OutputPath"}
_OF_LANGUAGE = {
    "JSONPath": {
        "Task": {*_PATHS, *_RESULT, "TimeoutSecondsPath", "HeartbeatSecondsPath"},
        "Wait": {*_PATHS, "SecondsPath", "TimestampPath"},
        "Pass": {*_PATHS, "Result", "ResultPath", "Parameters"},
        "Succeed": _PATHS,
        "Fail": {"ErrorPath", "CausePath"},
        "Choice": _PATHS,
        "Parallel": {*_PATHS, *_RESULT},
        "Map": {
            *_PATHS,
            *_RESULT,
            "ItemsPath",
            "MaxConcurrencyPath",
            "ToleratedFailureCountPath",
            "ToleratedFailurePercentagePath",
        },
    },
    "JSONata": {
        "Task": {"Arguments", "Output"},
        "Wait": {"Output"},
        "Pass": {"Output"},
        "Succeed": {"Output"},
        "Fail": set(),
        "Choice": {"Output"},
        "Parallel": {"Arguments", "Output"},
        "Map": {"Items", "Output"},
    },
}
_REQUIRED = {"Task": ("Resource",), "Choice": ("Choices",), "Parallel": ("Branches",)}
_ONE_OF = {
    "Wait": ("Seconds", "Timestamp", "SecondsPath", "TimestampPath"),
    "Map": ("ItemProcessor", "Iterator"),
}
_EXCLUSIVE = (
    ("Next", "End"),
    ("Seconds", "SecondsPath", "Timestamp", "TimestampPath"),
    ("TimeoutSeconds", "TimeoutSecondsPath"),
    ("HeartbeatSeconds", "HeartbeatSecondsPath"),
    ("ItemProcessor", "Iterator"),
    ("Error", "ErrorPath"),
    ("Cause", "CausePath"),
    ("Parameters", "ItemSelector"),
    ("MaxConcurrency", "MaxConcurrencyPath"),
    ("ToleratedFailureCount", "ToleratedFailureCountPath"),
    ("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
)

Check = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_expression(value: Any) -> bool:
    return isinstance(value, str) and _EXPRESSION.fullmatch(value) is not None


_KINDS: dict[str, Check] = {
    "String": _is_text,
    "Integer": _is_whole,
    "Number": _is_number,
    "Boolean": lambda value: isinstance(value, bool),
    "Object": lambda value: isinstance(value, dict),
    "Array": lambda value: isinstance(value, list),
}
_VALUES = {
    "Comment": "String",
    "StartAt": "String",
    "Version": "String",
    "Next": "String",
    "Default": "String",
    "End": "Boolean",
    "Resource": "String",
    "Error": "String",
    "Cause": "String",
    "Label": "String",
    "Retry": "Array",
    "Catch": "Array",
    "Choices": "Array",
    "Branches": "Array",
    "Assign": "Object",
    "ItemProcessor": "Object",
    "Iterator": "Object",
    "ItemReader": "Object",
    "ItemBatcher": "Object",
    "ResultWriter": "Object",
    "Credentials": "Object",
    "ResultSelector": "Object",
    "TimeoutSeconds": "Integer",
    "HeartbeatSeconds": "Integer",
    "Seconds": "Integer",
    "Timestamp": "String",
    "MaxConcurrency": "Integer",
    "ToleratedFailureCount": "Integer",
    "ToleratedFailurePercentage": "Number",
    "MaxAttempts": "Integer",
    "IntervalSeconds": "Integer",
    "MaxDelaySeconds": "Integer",
    "BackoffRate": "Number",
    "ErrorEquals": "Array",
    **dict.fromkeys(
        (
            "InputPath",
            "OutputPath",
            "ResultPath",
            "ItemsPath",
            "SecondsPath",
            "TimestampPath",
            "TimeoutSecondsPath",
            "HeartbeatSecondsPath",
            "MaxConcurrencyPath",
            "ToleratedFailureCountPath",
            "ToleratedFailurePercentagePath",
            "ErrorPath",
            "CausePath",
        ),
        "String",
    ),
}
_MAY_BE_NULL = {"InputPath", "OutputPath", "ResultPath"}
_LEAST = {
    "TimeoutSeconds": 1,
    "HeartbeatSeconds": 1,
    "Seconds": 0,
    "MaxConcurrency": 0,
    "ToleratedFailureCount": 0,
    "ToleratedFailurePercentage": 0,
    "MaxAttempts": 0,
    "IntervalSeconds": 1,
    "MaxDelaySeconds": 1,
    "BackoffRate": 1,
}
_NOT_EMPTY = {"Choices", "Branches", "ErrorEquals", "StartAt", "Next", "Default", "Resource"}


def machine_problems(definition: Mapping[str, Any]) -> Iterator[Problem]:
    """Find what is wrong with the fields of a definition and of every state in it."""
    yield from _workflow(definition, "", _OF_MACHINE, str(definition.get("QueryLanguage", "JSONPath")))


def _workflow(workflow: Mapping[str, Any], at: str, allowed: set[str], language: str) -> Iterator[Problem]:
    yield from _needed(workflow, ("States", "StartAt"), at)
    yield from _unknown(workflow, allowed, at)
    yield from _values(workflow, at, language)
    yield from _language(workflow, at, None)
    states = workflow.get("States")
    if states is None:
        return
    if not isinstance(states, dict):
        yield Problem(INVALID, "Expected value of type Object", f"{at}/States")
    elif not states:
        yield Problem(INVALID, "Value cannot be empty", f"{at}/States")
    else:
        for name, state in states.items():
            yield from _state(state, f"{at}/States/{name}", language)


def express_problems(definition: Mapping[str, Any]) -> Iterator[Problem]:
    """Find what an EXPRESS state machine cannot do; of a definition that is right otherwise."""
    yield from _express(definition, "")


def _express(workflow: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for name, state in workflow["States"].items():
        inside, resource = f"{at}/States/{name}", str(state.get("Resource", ""))
        if waits := _WAITS.search(resource):
            message = f"Express state machine does not support '{waits[1]}' service integration"
            yield Problem(INVALID, message, f"{inside}/Resource")
        if ":activity:" in resource:
            yield Problem(INVALID, "Express state machine does not support Activity ARN", f"{inside}/Resource")
        for number, branch in enumerate(_list(state.get("Branches"))):
            yield from _express(branch, f"{inside}/Branches[{number}]")
        for field in ("ItemProcessor", "Iterator"):
            if field in state:
                yield from _express(state[field], f"{inside}/{field}")


def _state(state: Any, at: str, machine_language: str) -> Iterator[Problem]:
    if not isinstance(state, dict):
        yield Problem(INVALID, "Expected value of type Object", at)
        return
    yield from _language(state, at, machine_language)
    kind = state.get("Type")
    if kind is None:
        yield Problem(INVALID, "These fields are required: [Type]", at)
        return
    if kind not in _TYPES:
        message = f"The field 'Type' should have one of these values: [{', '.join(_TYPES)}]"
        yield Problem(INVALID, message, f"{at}/Type")
        return
    language = str(state.get("QueryLanguage", machine_language))
    language = language if language in _LANGUAGES else "JSONPath"
    yield from _needed(state, _REQUIRED.get(kind, ()), at)
    if (choices := _ONE_OF.get(kind)) and not any(name in state for name in choices):
        yield Problem(INVALID, f"One of these fields is required: [{', '.join(choices)}]", at)
    if _BOTH[kind] >= _MOVES and not any(name in state for name in _MOVES):
        yield Problem(INVALID, "One of these fields is required: [Next, End]", at)
    yield from _unknown(state, _OF_STATE | _BOTH[kind] | _OF_LANGUAGE[language][kind], at)
    yield from _exclusive(state, at)
    yield from _values(state, at, language)
    yield from _beats(state, at)
    if kind == "Task" and _AT_ONCE.fullmatch(str(state.get("Resource"))):
        yield Problem(INVALID, not_recognized(state["Resource"]), f"{at}/Resource")
    if language == "JSONPath":
        for name in _TEMPLATES:
            for field in _no_paths(state.get(name)):
                message = (
                    f"The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function call"
                )
                yield Problem(INVALID, message, f"{at}/{name}")
    yield from _inside(state, at, language)


def _inside(state: Mapping[str, Any], at: str, language: str) -> Iterator[Problem]:
    for name in _ERRORS:
        for number, rule in enumerate(_list(state.get(name))):
            yield from _rule(rule, f"{at}/{name}[{number}]", ("ErrorEquals", *(("Next",) if name == "Catch" else ())))
    for number, rule in enumerate(_list(state.get("Choices"))):
        yield from _rule(rule, f"{at}/Choices[{number}]", ("Next",))
        yield from _comparison(rule, f"{at}/Choices[{number}]", _OF_RULE)
    for number, branch in enumerate(_list(state.get("Branches"))):
        inside = f"{at}/Branches[{number}]"
        if isinstance(branch, dict):
            yield from _workflow(branch, inside, _OF_BRANCH, language)
        else:
            yield Problem(INVALID, "Expected value of type Object", inside)
    for name in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(name), dict):
            yield from _workflow(state[name], f"{at}/{name}", _OF_BRANCH, language)
    credentials = state.get("Credentials")
    if isinstance(credentials, dict) and not {"RoleArn", "RoleArn.$"} & credentials.keys():
        yield Problem(INVALID, "The field 'RoleArn' is required but was missing", f"{at}/Credentials")


def _beats(state: Mapping[str, Any], at: str) -> Iterator[Problem]:
    beat, end = state.get("HeartbeatSeconds", 0), state.get("TimeoutSeconds", math.inf)
    if _is_number(beat) and _is_number(end) and beat >= end:
        yield Problem(INVALID, "'HeartbeatSeconds' must be less than 'TimeoutSeconds'", at)


def _no_paths(template: Any) -> Iterator[str]:
    """Find the fields of a template whose names say that their values are paths, which they are not."""
    if isinstance(template, dict):
        for name, value in template.items():
            if name.endswith(".$"):
                if not _is_path(value):
                    yield name
            else:
                yield from _no_paths(value)
    elif isinstance(template, list):
        for item in template:
            yield from _no_paths(item)


def _is_path(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if not value.startswith(("$.", "$[", "$$.", "$$[")):
        is_known = value in ("$", "$$") or _VARIABLE_OR_FUNCTION.match(value) is not None
        return is_known and not (value.startswith("States.") and _WRONG_ESCAPE.search(value))
    try:
        parse(value.removeprefix("$") if value.startswith("$$") else value)
    except InvalidPathError:
        return False
    return True


def _rule(rule: Any, at: str, needed: tuple[str, ...]) -> Iterator[Problem]:
    if not isinstance(rule, dict):
        yield Problem(INVALID, "Expected value of type Object", at)
        return
    yield from _needed(rule, needed, at)
    yield from _values(rule, at, "JSONPath")
    for number, name in enumerate(_list(rule.get("ErrorEquals"))):
        if not _is_text(name):
            yield Problem(INVALID, "Expected value of type String", f"{at}/ErrorEquals[{number}]")


def _comparison(rule: Any, at: str, allowed: set[str]) -> Iterator[Problem]:
    if not isinstance(rule, dict):
        return
    for name, value in rule.items():
        kind = _operand(name)
        if kind is None:
            if name not in allowed:
                yield Problem(INVALID, f"Field '{name}' is not supported", at)
        elif not _KINDS[kind](value):
            yield Problem(INVALID, f"Expected value of type {kind}", f"{at}/{name}")
        elif name.startswith("Timestamp") and not name.endswith("Path") and not _is_time(value):
            yield Problem(INVALID, "String does not match RFC3339 timestamp", f"{at}/{name}")
    for name in ("And", "Or"):
        for number, inner in enumerate(_list(rule.get(name))):
            yield from _comparison(inner, f"{at}/{name}[{number}]", _OF_COMPARISON)
    yield from _comparison(rule.get("Not"), f"{at}/Not", _OF_COMPARISON)


def _operand(name: str) -> str | None:
    """Return what an operator of a Choice compares with; None for anything else."""
    if name in _LOGIC:
        return _LOGIC[name]
    match = _OPERATOR.fullmatch(name)
    if match is None:
        return None
    if match["test"]:
        return "Boolean"
    return "String" if match["path"] else _OPERANDS[match["kind"]]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _needed(fields: Mapping[str, Any], names: tuple[str, ...], at: str) -> Iterator[Problem]:
    missing = [name for name in names if name not in fields]
    if missing:
        yield Problem(INVALID, f"These fields are required: [{', '.join(missing)}]", at or "/")


def _unknown(fields: Mapping[str, Any], allowed: set[str], at: str) -> Iterator[Problem]:
    for name in fields:
        if name not in allowed:
            yield Problem(INVALID, f"Field '{name}' is not supported", at or "/")


def _exclusive(state: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for names in _EXCLUSIVE:
        given = [name for name in names if name in state]
        if len(given) > 1:
            yield Problem(INVALID, f"Only one of these fields is allowed: [{', '.join(given)}]", at)


def _language(fields: Mapping[str, Any], at: str, machine_language: str | None) -> Iterator[Problem]:
    language = fields.get("QueryLanguage")
    if language is None:
        return
    if language not in _LANGUAGES:
        message = f"The field 'QueryLanguage' should have one of these values: [{', '.join(_LANGUAGES)}]"
        yield Problem(INVALID, message, f"{at}/QueryLanguage")
    elif machine_language == "JSONata" and language == "JSONPath":
        yield Problem(INVALID, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", at)


def _values(fields: Mapping[str, Any], at: str, language: str) -> Iterator[Problem]:
    for name, value in fields.items():
        kind = _VALUES.get(name)
        if kind is None or (value is None and name in _MAY_BE_NULL):
            continue
        if language == "JSONata" and _is_expression(value) and name not in ("Next", "Resource", "StartAt"):
            continue
        problem = _value_problem(name, kind, value)
        if problem:
            yield Problem(INVALID, problem, f"{at}/{name}")


def _value_problem(name: str, kind: str, value: Any) -> str | None:
    if not _KINDS[kind](value):
        return f"Expected value of type {kind}"
    if name in _NOT_EMPTY and not value:
        return "Value cannot be empty"
    if name in _LEAST and value < _LEAST[name]:
        return f"Value {value} is less than minimum {_LEAST[name]}"
    if name == "Timestamp" and not _is_time(value):
        return "String does not match RFC3339 timestamp"
    return None


def _is_time(text: str) -> bool:
    if not _TIME.fullmatch(text):
        return False
    month, hour, minute = int(text[5:7]), int(text[11:13]), int(text[14:16])
    return 1 <= month <= _MONTHS and hour < _HOURS and minute < _MINUTES
