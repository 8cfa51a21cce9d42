"""Gap: moto's JSONPath gives lists where AWS gives values, knows no several names in brackets and drops escapes.

AWS evaluates paths as the Java library JsonPath does: a path that can lead to one place only gives what is there, any
other one a list. And moto's engine parses anew each time that a path is evaluated.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import NoneType
from typing import Any

from jsonpath_ng.ext.parser import parse as parse_filters
from moto.stepfunctions.parser.asl.component.common.path.input_path import InputPath
from moto.stepfunctions.parser.asl.component.common.path.output_path import OutputPath
from moto.stepfunctions.parser.asl.component.common.path.result_path import ResultPath
from moto.stepfunctions.parser.asl.utils import json_path
from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.failures import RUNTIME, failure
from constructs_lib.local.states.json_text import json_text

_PACKAGE = "moto.stepfunctions.parser."
_NAME = re.compile(r"\.?((?:\\u[0-9a-fA-F]{4}|\\.|[^\\.\[\]()*?@'\s])+)")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPE_IN_QUOTES = {
    "'": re.compile(r"\\(?:u([0-9a-fA-F]{4})|(['\\]))"),
    '"': re.compile(r"\\(?:u([0-9a-fA-F]{4})|([\"\\]))"),
}
_QUOTED = r"\s*(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")\s*"
_NAMES = re.compile(rf"\.?\[({_QUOTED}(?:,{_QUOTED})*)\]", re.DOTALL)
_INDEXES = re.compile(r"\.?\[\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*\]")
_SLICE = re.compile(r"\.?\[\s*(-?\d*)\s*:\s*(-?\d*)\s*(?::\s*(-?\d*)\s*)?\]")
_ALL = re.compile(r"\.?\[\s*\*\s*\]|\.\*")
_LENGTH = re.compile(r"\.length\(\)$")
_ABSENT = object()


class InvalidPathError(ValueError):
    """A text that is no path."""


@dataclass(frozen=True, slots=True)
class _Names:
    """Members of an object; several of them make an object of these."""

    names: tuple[str, ...]
    is_definite = True

    def of(self, value: Any) -> Iterator[Any]:
        if not isinstance(value, dict):
            return
        if len(self.names) > 1:
            yield {name: value[name] for name in self.names if name in value}
        elif self.names[0] in value:
            yield value[self.names[0]]

    def __str__(self) -> str:
        """As AWS shows it in the reason of a failure."""
        return f"[{','.join(map(repr, self.names))}]"


@dataclass(frozen=True, slots=True)
class _Indexes:
    """Items of a list; the negative ones count from its end."""

    positions: tuple[int, ...]

    @property
    def is_definite(self) -> bool:
        return len(self.positions) == 1

    def of(self, value: Any) -> Iterator[Any]:
        if isinstance(value, list):
            yield from (value[position] for position in self.positions if -len(value) <= position < len(value))

    def __str__(self) -> str:
        """As AWS shows it in the reason of a failure."""
        return f"[{','.join(map(str, self.positions))}]"


@dataclass(frozen=True, slots=True)
class _Slice:
    """A part of a list."""

    bounds: tuple[int | None, int | None, int | None]
    is_definite = False

    def of(self, value: Any) -> Iterator[Any]:
        if isinstance(value, list):
            yield from value[slice(*self.bounds)]


@dataclass(frozen=True, slots=True)
class _All:
    """Every member or item."""

    is_definite = False

    def of(self, value: Any) -> Iterator[Any]:
        if isinstance(value, dict | list):
            yield from value.values() if isinstance(value, dict) else value


@dataclass(frozen=True, slots=True)
class _Anywhere:
    """The value itself and every one inside of it."""

    is_definite = False

    def of(self, value: Any) -> Iterator[Any]:
        yield value
        for inner in _All().of(value):
            yield from self.of(inner)


@dataclass(frozen=True, slots=True)
class _Length:
    """How many members, items or characters there are."""

    is_definite = True

    def of(self, value: Any) -> Iterator[Any]:
        if isinstance(value, dict | list | str):
            yield len(value)


@dataclass(frozen=True, slots=True)
class _Filtered:
    """What a path with a filter finds, by the library."""

    path: Any
    is_definite = False

    def of(self, value: Any) -> Iterator[Any]:
        yield from (match.value for match in self.path.find(value))


_Step = _Names | _Indexes | _Slice | _All | _Anywhere | _Length | _Filtered


def patches() -> list[Patch]:
    """Evaluate paths as AWS does, wherever moto's modules evaluate one."""
    importers = [
        module
        for name, module in list(sys.modules.items())
        if name.startswith(_PACKAGE) and vars(module).get("extract_json") is not None
    ]
    return [
        *(Patch(module, "extract_json", find) for module in {*importers, json_path}),
        Patch(InputPath, "_eval_body", _input),
        Patch(OutputPath, "_eval_body", _output),
        Patch(ResultPath, "_eval_body", _set_result),
    ]


def find(path: str, data: Any) -> Any:
    """Return what a path finds in data: one value, or a list if the path may lead to several places.

    Args:
        path: such as ``$.jobs[0].status``.
        data: plain JSON.

    Raises:
        NoSuchJsonPathError: the path leads to one place only, which is not there.
        InvalidPathError: it is no path.
    """
    steps = parse(path)
    found = [data]
    for step in steps:
        found = [inner for value in found for inner in step.of(value)]
    if all(step.is_definite for step in steps):
        if not found:
            raise NoSuchJsonPathError(path, data)
        return found[0]
    if isinstance(steps[0], _Slice) and not isinstance(data, list):
        raise NoSuchJsonPathError(path, data)
    return found


def why_not(path: str, data: Any) -> str:
    """Say why `find` finds nothing at a path to one place, in AWS's words."""
    found, walked = [data], "$"
    steps = parse(path)
    for step in steps:
        found = [inner for value in found for inner in step.of(value)]
        walked += str(step)
        if not found and step is not steps[-1]:
            return f"Invalid path '{path}' : Missing property in path {walked}"
    return f"Invalid path '{path}' : No results for path: {walked}"


@lru_cache(maxsize=4096)
def parse(path: str) -> tuple[_Step, ...]:
    """Return the steps of a path.

    Raises:
        InvalidPathError: it is no path.
    """
    if not path.startswith("$"):
        raise InvalidPathError(path)
    if "[?" in path:
        return (_Filtered(_parsed_filters(path)),)
    steps: list[_Step] = []
    position = 1
    while position < len(path):
        if path.startswith("..", position):
            steps.append(_Anywhere())
            position += 1 if path[position + 2 : position + 3] != "[" else 2
            continue
        step, position = _step(path, position)
        steps.append(step)
    return tuple(steps)


def _step(path: str, position: int) -> tuple[_Step, int]:
    if match := _LENGTH.match(path, position):
        return _Length(), match.end()
    if match := _ALL.match(path, position):
        return _All(), match.end()
    if match := _NAMES.match(path, position):
        quoted = re.findall(_QUOTED, match[1], re.DOTALL)
        return _Names(tuple(_unquoted(name.strip()) for name in quoted)), match.end()
    if match := _INDEXES.match(path, position):
        return _Indexes(tuple(int(number) for number in match[1].split(","))), match.end()
    if match := _SLICE.match(path, position):
        start, stop, step = (int(bound) if bound else None for bound in match.groups())
        return _Slice((start, stop, step)), match.end()
    if path[position] == "." and (match := _NAME.match(path, position)):
        return _Names((_unescaped(match[1]),)), match.end()
    raise InvalidPathError(path)


def _parsed_filters(path: str) -> Any:
    try:
        return parse_filters(path)
    except Exception as error:  # the library has an error of its own for each of its stages
        raise InvalidPathError(path) from error


def _unquoted(name: str) -> str:
    """Return a name without its quotation marks, of which, and of a backslash, a backslash takes the meaning."""
    return _unescaped(name[1:-1], _ESCAPE_IN_QUOTES[name[0]])


def _unescaped(name: str, escape: re.Pattern[str] = _ESCAPE) -> str:
    text = escape.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], name)
    return text.encode("utf-16", "surrogatepass").decode("utf-16")  # two escapes may be one character


def _input(self: Any, env: Any) -> None:
    env.stack.append({} if self.string_sampler is None else _sampled(self.string_sampler, env, env.states.get_input()))


def _output(self: Any, env: Any) -> None:
    sampler = self.string_sampler
    env.states.reset(input_value={} if sampler is None else _sampled(sampler, env, env.stack[-1]))


def _sampled(sampler: Any, env: Any, data: Any) -> Any:
    env.stack.append(data)
    try:
        sampler.eval(env=env)
    except NoSuchJsonPathError as error:
        raise failure(env, RUNTIME, why_not(error.json_path, error.data)) from None
    return env.stack.pop()


def _set_result(self: Any, env: Any) -> None:
    state_input = env.states.get_input()
    if self.result_path_src is None:
        env.stack.clear()
        env.stack.append(state_input)
    elif self.result_path_src != "$":
        try:
            env.stack.append(_with(state_input, parse(self.result_path_src), env.stack.pop()))
        except LookupError:
            cause = f"Unable to apply ReferencePath {self.result_path_src} to input {json_text(state_input)}"
            raise failure(env, "States.ResultPathMatchFailure", cause) from None


def _with(value: Any, steps: tuple[_Step, ...], result: Any) -> Any:
    """Return a value with a result at a place in it; objects on the way there are made.

    Raises:
        LookupError: there is no such place.
    """
    if not steps:
        return result
    first, *rest = steps
    if isinstance(first, _Indexes) and isinstance(value, list):
        position = first.positions[0]
        value[position] = _with(value[position], tuple(rest), result)
        return value
    if not isinstance(first, _Names) or not isinstance(value, dict | NoneType):
        raise LookupError  # noqa: TRY004 the place is not there
    inside = value or {}
    return {**inside, first.names[0]: _with(inside.get(first.names[0]), tuple(rest), result)}
