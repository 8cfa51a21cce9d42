"""JSON as the standard has it: no NaN and no Infinity, neither read nor written, also when they are called 1e999."""

import json

_INFINITE = (float("inf"), float("-inf"))


def parse(text: str | bytes) -> object:
    """The value of a JSON text.

    Raises:
        ValueError: the text is not JSON; the message is one line.
    """
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def render(value: object) -> str:
    """A value as one line of ASCII: safe in any log, variable and file, whatever the locale.

    Raises:
        ValueError: JSON has no form for the value.
    """
    try:
        return json.dumps(value, allow_nan=False)
    except TypeError as error:
        raise ValueError(str(error)) from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _finite(number: str) -> float:
    value = float(number)
    if value in _INFINITE:
        raise ValueError(f"{number} is too large for a number")
    return value


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")
