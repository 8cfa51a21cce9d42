"""JSONata expressions as Step Functions writes them: ``{% … %}``.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

import re
from typing import Final

from constructs_lib.core.place import Place
from constructs_lib.rules import Rule

_OPEN: Final = "{%"
_CLOSE: Final = "%}"
_GIVEN: Final = re.compile(r"<<(\w+)>>")


def jsonata(text: str, /, **given: str) -> str:
    """Write an expression of ours, laid out over several lines, as one line for Step Functions.

    Args:
        text: the expression; ``<<name>>`` stands for what is given under that name.
        given: what somebody else has written, an expression or a text, which stays as it is to the last space.
    """
    line = " ".join(text.split())
    if given:
        line = _GIVEN.sub(lambda name: given[name[1]], line)
    return f"{_OPEN} {line} {_CLOSE}"


def is_jsonata(value: object) -> bool:
    """Whether Step Functions evaluates a value instead of taking it literally."""
    return isinstance(value, str) and value.startswith(_OPEN) and value.endswith(_CLOSE)


def inside(expression: str) -> str:
    """The JSONata between the delimiters, in parentheses, to be given to another expression."""
    return f"({expression[len(_OPEN) : -len(_CLOSE)].strip()})"


def check_jsonata(place: Place, value: str) -> None:
    """Refuse text that Step Functions would take literally where only an expression makes sense."""
    if not is_jsonata(value):
        raise Rule.EXPRESSION.error(
            place,
            got=repr(value),
            expected="a JSONata expression stands between {% and %}",
            fix="Write it as in '{% $states.input.items %}'.",
        )
