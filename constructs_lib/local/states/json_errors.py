"""What Step Functions says of a text that is no JSON, in the words of the Java library Jackson."""

import json
import re

_WORD = re.compile(r"[A-Za-z_]\w*")
_EXPECTED = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


def json_problem(text: str) -> tuple[str, str] | None:
    """Return what is wrong with a text, and where; None if it is JSON."""
    try:
        json.loads(text)
    except ValueError as error:
        position = getattr(error, "pos", 0)
        word = _WORD.match(text, position)
        message = f"Unrecognized token '{word[0]}': was expecting {_EXPECTED}" if word else _told(text, position, error)
        position += len(word[0]) if word else 0
        line = text.count("\n", 0, position) + 1
        column = position - text.rfind("\n", 0, position)
        return message, f'[Source: (String)"{text[:500]}"; line: {line}, column: {column}]'
    return None


def _told(text: str, position: int, error: ValueError) -> str:
    if position >= len(text):
        return "Unexpected end-of-input"
    found = f"Unexpected character ('{text[position]}' (code {ord(text[position])}))"
    told = getattr(error, "msg", "")
    if "property name" in told:
        return f"{found}: was expecting double-quote to start field name"
    return f"{found}: expected a valid value {_EXPECTED}" if told == "Expecting value" else f"{found}: {told}"
