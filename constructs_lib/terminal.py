"""What others wrote, jobs above all, as it may be shown at a terminal or in JSON: nothing in it commands the terminal.

Escape sequences can hide lines, rename windows, write into the clipboard and feed the command line; characters of
direction let a text look like another one.
Sources: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html and https://www.unicode.org/reports/tr36/
"""

import json
import logging
import re
from typing import Any

LONGEST_LINE = 10_000
"""As many characters of a line are shown."""

_LINES = r"\u2028\u2029"
_DIRECTIONS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SURROGATES = r"\ud800-\udfff"
_HIDDEN = rf"{_LINES}{_DIRECTIONS}{_SURROGATES}"
_COMMANDS = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_HIDDEN}]")
_COMMANDS_IN_JSON = re.compile(rf"[\x7f-\x9f{_HIDDEN}]")
"""Those of them that JSON leaves as they are."""


def visible(text: str, longest: int = LONGEST_LINE) -> str:
    r"""The text with what would command a terminal written out, ``\x1b``, and without the rest of very long lines.

    Line feeds and tabs stay; carriage returns stay away at the end of a line.

    Args:
        text: what somebody wrote.
        longest: as many characters of a line are shown; what is left out is counted.
    """
    return "\n".join(_line(line.removesuffix("\r"), longest) for line in text.split("\n"))


def json_text(value: Any, **options: Any) -> str:
    """One JSON text, with characters that would command a terminal as escapes of JSON.

    Args:
        value: what is to be written.
        options: those of `json.dumps`.
    """
    return _COMMANDS_IN_JSON.sub(
        lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False, **options)
    )


class VisibleFormatter(logging.Formatter):
    """A log for a terminal: what it tells of may come from anybody."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record, and its traceback."""
        return visible(super().format(record))


def _line(line: str, longest: int) -> str:
    left_out = len(line) - longest
    shown = _COMMANDS.sub(_written_out, line[:longest])
    return shown if left_out <= 0 else f"{shown}… ({left_out:,} more characters)"


def _written_out(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
