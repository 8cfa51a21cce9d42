"""JSONata expressions as Step Functions writes them: ``{% … %}``.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from typing import Final

from constructs_lib.core.place import Place
from constructs_lib.errors import ConfigurationError

_OPEN: Final = "{%"
_CLOSE: Final = "%}"


def jsonata(text: str) -> str:
    """Write an expression, laid out over several lines for us, as one line for Step Functions."""
    return f"{_OPEN} {' '.join(text.split())} {_CLOSE}"


def is_jsonata(value: object) -> bool:
    """Whether Step Functions evaluates a value instead of taking it literally."""
    return isinstance(value, str) and value.startswith(_OPEN) and value.endswith(_CLOSE)


def inside(expression: str) -> str:
    """The JSONata between the delimiters, in parentheses, to be used in another expression."""
    return f"({expression[len(_OPEN) : -len(_CLOSE)].strip()})"


def check_jsonata(place: Place, value: str) -> None:
    """Refuse text that Step Functions would take literally where only an expression makes sense."""
    if not is_jsonata(value):
        raise ConfigurationError(
            code="FLOW003",
            where=str(place),
            got=repr(value),
            expected="a JSONata expression stands between {% and %}",
            fix="Write it as in '{% $states.input.items %}'.",
        )
