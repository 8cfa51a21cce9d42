"""Evaluates JSONata expressions with jsonata-python, within the bounds that AWS sets.

moto pastes values as text into the expression and has no engine to run it. Here values are bound natively, each
expression is parsed once, and of ``$states`` only what an expression names is handed over.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jsonata.functions import Functions
from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.parser import Parser
from jsonata.signature import Signature
from jsonata.utils import Utils

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.expressions import jsonata_values
from constructs_lib.local.states.expressions.jsonata_functions import FUNCTIONS, functions_of_time
from constructs_lib.local.states.expressions.jsonata_values import UnsupportedResultError, from_jsonata, into_jsonata
from constructs_lib.local.states.runtime import CURRENT

_MAX_MILLISECONDS = 60_000  # only a loop without end takes as long, even on a machine with much else to do
_MAX_DEPTH = 100  # nested levels of one expression, measured on AWS: https://github.com/floci-io/floci/issues/2737

# jsonata-python keeps its current evaluation in shared places; evaluating is pure computation, so that taking turns
# costs nothing beside the interpreter lock.
_ENGINE = threading.RLock()

Path = tuple[str, ...]
_PLAIN_PATH = re.compile(r"\s*\$([A-Za-z_]\w*(?:\.(?!(?:and|or|in)\b)[A-Za-z_]\w*)+)\s*", re.ASCII)
# Two escapes that are one character; jsonata-python makes two of them.
_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_ABSENT = object()

_type_of = Signature.get_symbol


class QueryError(Exception):
    """An expression could not be evaluated; the message continues AWS's "The JSONata expression … "."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression, and the paths it reads of each variable: ``{"states": {("input", "items")}}``."""

    text: str
    engine: Any
    reads: Mapping[str, frozenset[Path]]
    path: Path
    """The variable and the names below it, when the expression is nothing else; otherwise empty."""


def patches() -> list[Patch]:
    """``$string`` and ``&`` write JSON text as JSONata does: unescaped, 5, not 5.0; null is no missing argument."""
    return [
        Patch(Functions, "_string", staticmethod(jsonata_values.string)),
        Patch(Signature, "get_symbol", _type_of_argument),
    ]


def _type_of_argument(self: Any, value: Any) -> str:
    return "l" if value is Utils.NULL_VALUE else str(_type_of(self, value))


def _character(escapes: re.Match[str]) -> str:
    high, low = (int(escapes[group], 16) for group in (2, 3))
    return escapes[1] + chr(0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00))


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Parse an expression, without its ``{% %}``.

    Raises:
        QueryError: the expression is not JSONata.
    """
    with _ENGINE:
        try:
            engine = Jsonata.jsonata(_PAIR.sub(_character, text))
        except Exception as error:  # the parser leaks IndexError and the like for some broken expressions
            raise QueryError(_message(error)) from error
    engine.set_validate_input(False)
    engine.set_output_convert_nulls(False)
    looks_up = "%" in text  # the parent operator reaches beyond the named path
    reads: dict[str, set[Path]] = {}
    for name, path in _variables(engine.ast):
        reads.setdefault(name, set()).add(() if looks_up else path)
    path = tuple(match[1].split(".")) if (match := _PLAIN_PATH.fullmatch(text)) else ()
    return Expression(text, engine, {name: frozenset(paths) for name, paths in reads.items()}, path)


def evaluate(expression: Expression, lookup: Callable[[str], Any]) -> Any:
    """Evaluate an expression to plain JSON.

    Args:
        expression: what `parse` returned.
        lookup: returns the value of a variable by its name without ``$``; raises KeyError when there is none.

    Raises:
        QueryError: evaluation failed, or returned nothing, or a function.
    """
    if expression.path and (found := _walk(expression.path, lookup)) is not _ABSENT:
        return from_jsonata(into_jsonata(found))
    with _ENGINE:
        frame = expression.engine.create_frame(None)
        frame.set_runtime_bounds(_MAX_MILLISECONDS, _MAX_DEPTH)
        frame.bind("eval", None)  # Step Functions has no $eval
        functions = {**FUNCTIONS, **functions_of_time(CURRENT.runtime.clock.now())}
        for name, paths in expression.reads.items():
            if name in functions:
                frame.bind(name, Jsonata.JLambda(functions[name]))
            try:
                frame.bind(name, into_jsonata(_only(lookup(name), paths)))
            except KeyError:
                continue  # a local variable, a function of JSONata, or nothing
        Jsonata.CURRENT.jsonata = expression.engine
        try:
            result = expression.engine.evaluate(None, frame)
        except Exception as error:
            raise QueryError(f"threw an error during evaluation{_message(error)}") from error
        if result is None:
            raise QueryError("returned nothing (undefined).")
        try:
            return from_jsonata(result)
        except UnsupportedResultError as error:
            raise QueryError("returned an unsupported result type.") from error


def _walk(path: Path, lookup: Callable[[str], Any]) -> Any:
    """Follow a path through objects, as most expressions do; a list on the way is the engine's affair."""
    try:
        value = lookup(path[0])
    except KeyError:
        return _ABSENT
    for name in path[1:]:
        if not isinstance(value, dict) or name not in value:
            return _ABSENT
        value = value[name]
    return value


def _variables(node: Any) -> Iterator[tuple[str, Path]]:
    """Find every variable that a syntax tree reads, with the plain names that follow it."""
    found: set[int] = set()
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, list | tuple):
            pending.extend(current)
        if not isinstance(current, Parser.Symbol) or id(current) in found:
            continue
        found.add(id(current))
        members = dict(vars(current))
        if members.get("type") == "path" and _is_plain_variable(current.steps[0]):
            yield str(current.steps[0].value), _leading_names(current.steps[1:])
            members["steps"] = current.steps[1:]
        elif members.get("type") == "variable":
            yield str(current.value), ()
        pending.extend(members.values())


def _is_plain_variable(step: Any) -> bool:
    return step.type == "variable" and not (getattr(step, "predicate", None) or getattr(step, "stages", None))


def _leading_names(steps: list[Any]) -> Path:
    names: list[str] = []
    for step in steps:
        if step.type != "name":
            break
        names.append(str(step.value))
        if getattr(step, "predicate", None) or getattr(step, "stages", None):
            break
    return tuple(names)


def _only(value: Any, paths: frozenset[Path] | set[Path]) -> Any:
    """Return a value reduced to some paths into it: `context` holds the whole input of an execution."""
    if () in paths or not isinstance(value, dict):
        return value
    kept: dict[str, set[Path]] = {}
    for first, *rest in paths:
        kept.setdefault(first, set()).add(tuple(rest))
    return {key: _only(value[key], rests) for key, rests in kept.items() if key in value}


def _message(error: Exception) -> str:
    if not isinstance(error, JException):
        return f": {error}"
    text = re.sub(r"\bof Object (\w+)", r'of function "\1"', str(error)).replace(
        "Object signature", "function signature"
    )
    return f". {error.error}: {text}"
