"""From the text of a template to its values; functions are in their long form, whatever they were written as.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from constructs_lib.templates.errors import TemplateError, refuses_depth
from constructs_lib.templates.places import Path, Place, Places, note_json

Template = dict[str, Any]

LARGEST_BYTES: Final = 1_000_000
"""Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
_MARK: Final = "\ufeff"  # as editors on Windows write it
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")


def read(text: str) -> Template:
    """The template that a text is: YAML or JSON.

    Raises:
        TemplateError: it is none, in CloudFormation's words.
    """
    return _read(text, None)


@dataclass(frozen=True)
class Document:
    """A template, and where its parts stand in its text."""

    text: str
    template: Template

    def place(self, path: Sequence[str | int]) -> Place | None:
        """The line and column, from 1, of what stands at a path, or of the nearest that it is in."""
        return self._places.of(path)

    def located(self, error: TemplateError) -> str:
        """What an error says, with the line and column of its place, if it knows that."""
        place = self.place(error.path)
        return f"line {place.line}, column {place.column}: {error.message}" if place else error.message

    @property
    def duplicates(self) -> list[Path]:
        """The keys that are there more than once; the last of each counts."""
        return self._places.duplicates

    @cached_property
    def _places(self) -> Places:
        places = Places()
        if _json(self.text) is None:
            _read(self.text, places)
        else:
            note_json(self.text, places)
        return places


def read_document(text: str) -> Document:
    """The template that a text is, with the places of its parts.

    Raises:
        TemplateError: it is none, in CloudFormation's words.
    """
    return Document(text, read(text))


@refuses_depth
def _read(text: str, places: Places | None) -> Template:
    if len(text) > LARGEST_BYTES // 4 and len(text.encode(errors="replace")) > LARGEST_BYTES:
        raise TemplateError(f"Template may not exceed {LARGEST_BYTES} bytes in size.")
    parsed = _json(text)
    if parsed is None:
        parsed = _yaml(text, places)
    if not isinstance(parsed, dict):
        raise TemplateError("Template format error: unsupported structure.")
    return parsed


def _json(text: str) -> Any:
    """The value that a text is; None if it is no JSON."""
    text = text.removeprefix(_MARK)
    if not text.lstrip().startswith("{"):
        return None
    try:
        parsed = json.loads(text, parse_constant=_refuse)
        if _HALF.search(text):  # half of a character may be written, but is no text that could be answered
            json.dumps(parsed, ensure_ascii=False).encode()
    except ValueError:  # YAML, too, may begin with a brace
        return None
    return parsed


def _refuse(_: str) -> None:
    raise ValueError


def _yaml(text: str, places: Places | None) -> Any:
    import yaml  # type: ignore[import-untyped] # noqa: PLC0415 - templates of the CDK are JSON

    from constructs_lib.templates.yaml_texts import parse  # noqa: PLC0415 - as above

    try:
        return parse(text, places)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise TemplateError(_no_json(text) or f"Template format error: YAML not well-formed.{place}") from None


def _no_json(text: str) -> str | None:
    """What is wrong with a text that was meant to be JSON."""
    if not text.lstrip().startswith("{"):
        return None
    line, column = 1, 1
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        line, column = error.lineno, error.colno
    except ValueError:
        pass
    return f"Template format error: JSON not well-formed. (line {line}, column {column})"
