"""JSONata expressions as Step Functions writes them: ``{% … %}``.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from typing import Final

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.rules import Rule
from constructs_lib.workflows.states.jsonata_tokens import pack

_OPEN: Final = "{%"
_CLOSE: Final = "%}"
_SPACE: Final = " \t\n\r\v"
"""The white space of JSONata: any other character is part of a name."""


def jsonata(text: str) -> str:
    """A short expression of this library, packed, for Step Functions. Longer ones are files: see `program`.

    Args:
        text: the expression, without any text of the user.
    """
    return f"{_OPEN} {pack(text)} {_CLOSE}"


def is_jsonata(value: object) -> bool:
    """Whether Step Functions evaluates a value instead of using it literally."""
    return isinstance(value, str) and value.startswith(_OPEN) and value.endswith(_CLOSE)


def inside(expression: str) -> str:
    """The JSONata between the delimiters, in parentheses, as an operand of another expression."""
    return f"({expression[len(_OPEN) : -len(_CLOSE)].strip(_SPACE)})"


def check_jsonata(place: ArgumentPath, value: str) -> None:
    """Refuse text that Step Functions would use literally where only an expression makes sense."""
    if not is_jsonata(value):
        raise Rule.EXPRESSION.error(
            place,
            got=repr(value),
            expected="a JSONata expression stands between {% and %}",
            fix="Write it as in '{% $states.input.items %}'.",
        )
