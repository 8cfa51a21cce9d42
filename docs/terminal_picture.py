"""The picture at the top of the README: what two commands print, as a terminal shows it: ``make pictures``."""

import io
import os
import re
import subprocess
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "images" / "terminal.svg"
COMMANDS = (
    """echo '["a.png", "b.png", "c.png"]' | constructs-lib local run ArrayStack --items -""",
    "constructs-lib plan ArrayStack --items 10000 --seconds-per-item 90",
)
_WIDTH = 112
_FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def drawn(printed: dict[str, str]) -> str:
    """The picture of commands and of what they printed."""
    console = Console(width=_WIDTH, record=True, file=io.StringIO(), force_terminal=True)
    for command, text in printed.items():
        console.print(Text(f"$ {command}", style="bold"), soft_wrap=True)
        for line in text.splitlines():
            console.print(_short(Text.from_ansi(line)), soft_wrap=True)
        console.print()
    svg = console.export_svg(title="constructs-lib", unique_id="terminal")
    return _FONTS.sub("", svg)  # a picture fetches nothing from elsewhere


def _short(line: Text) -> Text:
    """A line as wide as the picture, without where this machine has its files."""
    line = Text(line.plain.replace(f"{ROOT}/", ""), style=line.style) if str(ROOT) in line.plain else line
    line.truncate(_WIDTH, overflow="ellipsis")
    return line


def _run(command: str) -> str:
    # At a terminal, a run shows its progress again and again, but only there a plan is a table.
    terminal = {} if "local run" in command else {"FORCE_COLOR": "1"}
    environment = {**os.environ, **terminal, "COLUMNS": str(_WIDTH)}
    arguments = ["bash", "-o", "pipefail", "-c", command]
    done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout if terminal else done.stderr + done.stdout


if __name__ == "__main__":
    FILE.write_text(drawn({command: _run(command) for command in COMMANDS}))
