"""What a command prints at a terminal of a width, or in a pipe, with names in place of what is random."""

import re
from collections.abc import Sequence

from click.testing import CliRunner, Result

from constructs_lib.cli import main
from constructs_lib.local.aws import EmbeddedAws

_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_IDS = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_SUFFIX = re.compile(r"-(?!0{12})(?:[A-Z0-9]{12,13}|[a-z0-9]{12,13})(?=[/:.\s\"]|$)", re.MULTILINE)
"""What CloudFormation ends the names with that it makes."""
_PORT = re.compile(r"(127\.0\.0\.1|localhost):\d{4,5}\b")


class Screens:
    """Calls commands against an embedded AWS.

    Args:
        aws: it.
    """

    def __init__(self, aws: EmbeddedAws) -> None:
        self._environment = aws.environment()

    def call(self, *arguments: str, standard_input: str | None = None, columns: int | None = None) -> Result:
        """Call a command as in a pipe, or with ``columns`` as at a terminal."""
        terminal = {"TTY_COMPATIBLE": "1", "COLUMNS": str(columns)} if columns else {"TTY_COMPATIBLE": "0"}
        environment = {**self._environment, "FORCE_COLOR": None, "TERM": "xterm", **terminal}
        return CliRunner().invoke(main, arguments, env=environment, input=standard_input)

    def shown(self, *arguments: str, columns: int | None = None, standard_input: str | None = None) -> str:
        """What is printed, standard error included."""
        return stable(self.call(*arguments, columns=columns, standard_input=standard_input).output)

    def at_widths(self, *arguments: str, widths: Sequence[int] = (80, 120)) -> str:
        """What is printed at terminals of these widths, and in a pipe."""
        parts = [f"--- {width} columns\n{self.shown(*arguments, columns=width)}" for width in widths]
        return "\n".join([*parts, f"--- pipe\n{self.shown(*arguments)}"])


def stable(text: str) -> str:
    """A text without escapes and spaces at the ends of lines, with ids numbered as they occur."""
    known: dict[str, str] = {}
    text = _ESCAPES.sub("", text)
    text = _IDS.sub(lambda match: known.setdefault(match[0], f"{len(known):08}-0000-4000-8000-000000000000"), text)
    text = _SUFFIX.sub("-SUFFIX", text)
    text = _PORT.sub(r"\1:4566", text)
    return "\n".join(line.rstrip() for line in text.splitlines())
