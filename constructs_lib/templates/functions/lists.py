"""Functions over lists and maps: Select, Length, FindInMap."""

import re
from collections.abc import Mapping
from typing import Any, Final

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.texts import is_scalar, text_of
from constructs_lib.templates.unknown import Unknown, derived

_INDEX: Final = re.compile(r"\d+", re.ASCII)
_WRONG_SELECT: Final = (
    "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"
)
WRONG_FIND: Final = (
    "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute "
    "for return value"
)


def select(argument: Any) -> Any:
    """One item of a list, by its index from 0.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-select.html
    """
    if not isinstance(argument, list) or len(argument) != 2:  # noqa: PLR2004 - an index and a list
        raise TemplateError(_WRONG_SELECT)
    index, items = argument
    if isinstance(index, Unknown) and isinstance(items, list | Unknown):
        return derived("Fn::Select", index, items)
    if isinstance(index, bool) or not is_scalar(index) or not _INDEX.fullmatch(text_of(index)):
        raise TemplateError(_WRONG_SELECT)
    number = int(text_of(index)[:9])
    if isinstance(items, Unknown):
        return items.first[number] if number < len(items.first) else derived("Fn::Select", str(number), items)
    if not isinstance(items, list):
        raise TemplateError(_WRONG_SELECT)
    if number >= len(items):
        raise TemplateError(f"Template error: Fn::Select cannot select nonexistent value at index {number}")
    return items[number]


def length(argument: Any) -> int | Unknown:
    """How many items a list has.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-length.html
    """
    if isinstance(argument, Unknown):
        return derived("Fn::Length", argument)
    if not isinstance(argument, list):
        raise TemplateError("Template error: Fn::Length requires a list as its argument")
    return len(argument)


def find_in_map(mappings: Mapping[str, Any], argument: Any, default: Any = None) -> Any:
    """What a mapping has below two keys.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-findinmap.html
    and https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-findinmap-enhancements.html

    Args:
        mappings: the template's.
        argument: the name of the mapping and both keys.
        default: what it is if the keys are not there, as ``DefaultValue``; None if that is an error.
    """
    if any(isinstance(key, Unknown) for key in argument):
        return derived("Fn::FindInMap", *argument)
    if not all(map(is_scalar, argument)):
        raise TemplateError(WRONG_FIND)
    name, first, second = map(text_of, argument)
    mapping = mappings.get(name)
    if not isinstance(mapping, dict):
        if default is not None:
            return default
        raise TemplateError(
            f"Template error: Mapping named '{name}' is not present in the 'Mappings' section of template."
        )
    below = mapping.get(first)
    if isinstance(below, dict) and second in below:
        return below[second]
    if default is not None:
        return default
    raise TemplateError(f"Template error: Unable to get mapping for {name}::{first}::{second}")
