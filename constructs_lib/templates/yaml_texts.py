"""YAML as CloudFormation has it: version 1.1, with short forms of functions, and without aliases, dates and binary.

It is read from the events of libyaml, so that a large template takes no second. Sources:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import math
import re
from collections.abc import Iterator
from typing import Any, Final

import yaml  # type: ignore[import-untyped]

from constructs_lib.templates.errors import TOO_DEEP, TemplateError
from constructs_lib.templates.places import Places

DEEPEST: Final = 200
"""Deeper than any template: what reads and evaluates one goes down with it."""
_TAG: Final = "tag:yaml.org,2002:"
_KINDS: Final = {"!", "bool", "float", "int", "map", "null", "seq", "str"}
"""What may be written for the kind of a value, such as ``!!str``."""
_WITHOUT_PREFIX: Final = ("Ref", "Condition")
_FORBIDDEN: Final = frozenset(_TAG + kind for kind in ("binary", "merge", "omap", "pairs", "set", "timestamp"))
# What a text without quotes is, by its first letter. A date is a text: versions of templates and policies are dates.
_RESOLVERS: Final[dict[str, list[tuple[str, re.Pattern[str]]]]] = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _FORBIDDEN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if first is not None
}
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTRUCTOR: Final = yaml.constructor.SafeConstructor()


def parse(text: str, places: Places | None = None) -> Any:
    """The value that a text is, with functions in their long form.

    Args:
        text: the YAML.
        places: is told where each key and item stands, and which keys are there twice.

    Raises:
        TemplateError: it has an alias or a kind of value that CloudFormation refuses, or is nested too deeply.
        yaml.YAMLError: it is no YAML.
    """
    return _Reader(text, places).document()


class _Reader:
    def __init__(self, text: str, places: Places | None) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        self._places = places
        self._depth = 0

    def document(self) -> Any:
        next(self._events)  # the stream begins
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        value = self._value(next(self._events), ())
        next(self._events)  # the document ends
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            problem = "expected a single document in the stream"
            raise yaml.composer.ComposerError(None, None, problem, after.start_mark)
        return value

    def _value(self, event: Any, path: tuple[str | int, ...]) -> Any:
        if isinstance(event, yaml.AliasEvent):
            raise TemplateError("Template error: YAML aliases are not allowed in CloudFormation templates", path)
        if self._depth == DEEPEST:
            raise TemplateError(TOO_DEEP, path)
        function = _function(event)
        if not function and event.tag and event.tag.removeprefix(_TAG) not in _KINDS:
            raise TemplateError(f"Template format error: YAML not well-formed. {_at(event)}", path)
        if function:
            path = (*path, function)
            if self._places is not None:
                self._places.add(path, event.start_mark.line, event.start_mark.column)
        self._depth += 1
        if isinstance(event, yaml.ScalarEvent):
            value = event.value if function else _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(path)
        else:
            value = self._mapping(path)
        self._depth -= 1
        if function == "Fn::GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {function: value} if function else value

    def _sequence(self, path: tuple[str | int, ...]) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            below = (*path, len(items))
            if self._places is not None:
                self._places.add(below, event.start_mark.line, event.start_mark.column)
            items.append(self._value(event, below))
        return items

    def _mapping(self, path: tuple[str | int, ...]) -> dict[str, Any]:
        members: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise yaml.constructor.ConstructorError(None, None, "a key is no text", event.start_mark)
            key = event.value  # 123456789012 and true, too, are names here
            below = (*path, key)
            if self._places is not None:
                self._places.add(below, event.start_mark.line, event.start_mark.column, again=key in members)
            members[key] = self._value(next(self._events), below)
        return members


def _function(event: Any) -> str | None:
    """The long form of a function's short form, such as `Fn::Sub` of `!Sub`."""
    tag = event.tag
    if not tag or not tag.startswith("!") or tag == "!":
        return None
    name = str(tag[1:])
    return name if name in _WITHOUT_PREFIX else f"Fn::{name}"


def _scalar(event: Any) -> Any:
    text: str = event.value
    tag = event.tag
    if tag is None and event.implicit[0]:
        tag = next((kind for kind, pattern in _RESOLVERS.get(text[:1], ()) if pattern.match(text)), None)
    if tag is None:
        return text
    try:
        match tag.removeprefix(_TAG):
            case "null":
                return None
            case "bool":
                return yaml.constructor.SafeConstructor.bool_values[text.lower()]
            case "int":
                return _CONSTRUCTOR.construct_yaml_int(yaml.ScalarNode(tag, text))
            case "float":
                number = _CONSTRUCTOR.construct_yaml_float(yaml.ScalarNode(tag, text))
                return number if math.isfinite(number) else text
            case _:
                return text
    except (KeyError, ValueError):
        raise TemplateError(f"Template format error: YAML not well-formed. {_at(event)}") from None


def _at(event: Any) -> str:
    return f"(line {event.start_mark.line + 1}, column {event.start_mark.column + 1})"
