"""The text of ``Fn::Sub`` in its pieces.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.templates.errors import TemplateError

_REFERENCE: Final = re.compile(r"\$\{([^{}]*)\}")
_NAME: Final = re.compile(r"[A-Za-z0-9_.:]+")
_KEY: Final = re.compile(r"[A-Za-z0-9_]+")
_WRONG_KEY: Final = (
    "Template error: every key of the context object of every Fn::Sub object must contain only alphanumeric characters "
    "and underscores"
)
_WRONG_ARGUMENTS: Final = (
    "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as "
    "first argument, and an optional second argument to specify a mapping of values to replace in the string"
)
_WRONG_NAME: Final = (
    "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, "
    "periods, and colons"
)


@dataclass(frozen=True, slots=True)
class Variable:
    """What stands in ``${…}``: a name of the function's own map, a logical id, or one with an attribute."""

    name: str


def pieces(text: str) -> Iterator[str | Variable]:
    """The text cut at its variables; ``${!name}`` is the text ``${name}``.

    Raises:
        TemplateError: a variable has a name that none can have.
    """
    end = 0
    for found in _REFERENCE.finditer(text):
        name = found[1].strip()
        if found.start() > end:
            yield text[end : found.start()]
        end = found.end()
        if name.startswith("!"):
            yield f"${{{name[1:]}}}"
        elif _NAME.fullmatch(name):
            yield Variable(name)
        else:
            raise TemplateError(_WRONG_NAME)
    if end < len(text):
        yield text[end:]


def arguments(argument: Any) -> tuple[str, dict[str, Any]]:
    """The text and the map of variables that ``Fn::Sub`` has.

    Raises:
        TemplateError: it has something else.
    """
    match argument:
        case str(text):
            return text, {}
        case [str(text), dict(variables)]:
            if not all(map(_KEY.fullmatch, variables)):
                raise TemplateError(_WRONG_KEY)
            return text, variables
        case _:
            raise TemplateError(_WRONG_ARGUMENTS)
