"""State machine definitions as JSON: in a template they are one string, split at each reference."""

import json
from collections.abc import Callable
from typing import Any


def text_of(value: Any, escape: Callable[[str], str] = str) -> str | None:
    """The text of a string, `Fn::Sub` or `Fn::Join`, with `${…}` for each reference; None for any other value."""
    match value:
        case str(text) | {"Fn::Sub": str(text)}:
            return text
        case {"Fn::Join": [str(delimiter), [*pieces]]}:
            return delimiter.join(piece if isinstance(piece, str) else escape(_reference(piece)) for piece in pieces)
        case _:
            return None


def readable_definition(definition: Any) -> Any:
    """The definition as JSON values with `${…}` for each reference, or the unchanged value if this is no JSON."""
    # A reference is within a JSON string, so its own quotes have to be escaped.
    text = text_of(definition, escape=lambda reference: json.dumps(reference)[1:-1])
    try:
        return definition if text is None else json.loads(text)
    except (ValueError, RecursionError):
        return definition


def _reference(reference: Any) -> str:
    match reference:
        case {"Ref": str(name)} | {"Fn::GetAtt": str(name)}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"${{{name}.{attribute}}}"
        case _:
            text = text_of(reference)
            return f"${{{json.dumps(reference, sort_keys=True)}}}" if text is None else text
