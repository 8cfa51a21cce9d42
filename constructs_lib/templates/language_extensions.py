"""The transform ``AWS::LanguageExtensions``: the loops of ``Fn::ForEach``.

Its other functions (Length, ToJsonString, FindInMap with a default, functions in policies) need no transform here.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from constructs_lib.templates.errors import TemplateError, refuses_depth
from constructs_lib.templates.texts import text_of
from constructs_lib.templates.unknown import Unknown

NAME: Final = "AWS::LanguageExtensions"
_LOOP: Final = re.compile(r"Fn::ForEach::[a-zA-Z0-9]+")
_PLACE: Final = re.compile(r"([$&])\{\s*([a-zA-Z0-9]+)\s*\}")
_NO_LETTER: Final = re.compile(r"[^a-zA-Z0-9]+")
_SECTIONS: Final = ("Conditions", "Resources", "Outputs")
_DEEPEST: Final = 5
_MOST: Final = 10_000
"""More than any template has room for: loops in loops could go on for hours."""
_WRONG: Final = (
    "Template error: every Fn::ForEach object requires three parameters, (1) an identifier, (2) a collection of values "
    "and (3) an object to be replicated"
)


@refuses_depth
def expanded(template: Mapping[str, Any], value: Callable[[Any], Any]) -> dict[str, Any]:
    """A template without its loops.

    Args:
        template: as it was read.
        value: evaluates what a loop runs over: a list, or references to parameters and mappings.

    Raises:
        TemplateError: a loop is malformed, runs over what is not known beforehand, or makes a key twice.
    """
    loops = _Loops(value)
    found: dict[str, Any] = {}
    for name, section in template.items():
        try:
            found[name] = loops.run(section, {}) if name in _SECTIONS else section
        except TemplateError as error:
            raise error.within(name) from None
    return found


class _Loops:
    def __init__(self, value: Callable[[Any], Any]) -> None:
        self._value = value
        self._turns = 0

    def run(self, part: Any, items: Mapping[str, str]) -> Any:
        """A part of the template with what the loops around it put into it."""
        if isinstance(part, list):
            return [self.run(item, items) for item in part]
        if not isinstance(part, dict):
            return part
        if items and (reference := self._reference(part, items)) is not None:
            return reference
        found: dict[str, Any] = {}
        for key, member in part.items():
            new = self._loop(key, member, items) if _LOOP.fullmatch(key) else self._member(key, member, items)
            if twice := found.keys() & new.keys():
                raise TemplateError(f"Template error: Fn::ForEach makes the key {min(twice)} more than once", (key,))
            found |= new
        return found

    def _reference(self, part: Mapping[str, Any], items: Mapping[str, str]) -> Any:
        """What a function is that may name the item of a loop; None if the part is none."""
        match part:
            case {"Ref": str(name), **others} if not others and name in items:
                return items[name]
            case {"Fn::Sub": str(text), **others} if not others:
                return _sub(_filled(text, items))
            case {"Fn::Sub": [str(text), dict(variables)], **others} if not others:
                own = {name: item for name, item in items.items() if name not in variables}
                return {"Fn::Sub": [_filled(text, own), self.run(variables, items)]}
            case {"Fn::GetAtt": str(text), **others} if not others:
                return {"Fn::GetAtt": _filled(text, items)}
            case {"Fn::GetAtt": [*names], **others} if not others:
                found = [self.run(name, items) for name in names]
                return {"Fn::GetAtt": [_filled(name, items) if isinstance(name, str) else name for name in found]}
            case _:
                return None

    def _member(self, key: str, member: Any, items: Mapping[str, str]) -> dict[str, Any]:
        try:
            return {_filled(key, items): self.run(member, items)}
        except TemplateError as error:
            raise error.within(key) from None

    def _loop(self, name: str, loop: Any, items: Mapping[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        try:
            match loop:
                case [str(identifier), collection, dict(fragment)] if len(items) < _DEEPEST:
                    for item in self._collection(self.run(collection, items)):
                        self._turns += 1
                        if self._turns > _MOST:
                            raise TemplateError(f"Template error: Fn::ForEach goes over more than {_MOST} values")
                        new = self.run(fragment, {**items, identifier: item})
                        if twice := found.keys() & new.keys():
                            raise TemplateError(
                                f"Template error: Fn::ForEach makes the key {min(twice)} more than once"
                            )
                        found |= new
                case _:
                    raise TemplateError(_WRONG)
        except TemplateError as error:
            raise error.within(name) from None
        return found

    def _collection(self, collection: Any) -> list[str]:
        values = self._value(collection)
        if isinstance(values, Unknown) or not isinstance(values, list):
            raise TemplateError("Template error: the collection of Fn::ForEach does not resolve to a list of values")
        if any(not isinstance(value, str | int | float) for value in values):
            raise TemplateError("Template error: every value in the collection of Fn::ForEach must be a string")
        return [text_of(value) for value in values]


def _filled(text: str, items: Mapping[str, str]) -> str:
    """A text with the items of loops in it; ``&{…}`` leaves out what logical ids may not have."""

    def item(found: re.Match[str]) -> str:
        value = items.get(found[2])
        return found[0] if value is None else value if found[1] == "$" else _NO_LETTER.sub("", value)

    return _PLACE.sub(item, text) if items else text


def _sub(text: str) -> Any:
    return {"Fn::Sub": text} if "${" in text else text
