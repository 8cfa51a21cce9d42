"""The page of all commands with what their ``--help`` says: ``make help-page``; rewrites docs/command-line.md."""

from collections.abc import Iterator
from pathlib import Path

import click

from constructs_lib.cli import main

FILE = Path(__file__).parent / "command-line.md"
_WIDTH = 100
_BEGIN = """\
# Every command with its options

<!-- Written by `make help-page` from the commands themselves. -->

What `constructs-lib COMMAND --help` says. [Commands](commands.md) shows what they are for, with examples.

"""


def page() -> str:
    """The page as the commands are now."""
    width = {"terminal_width": _WIDTH, "max_content_width": _WIDTH}
    return _BEGIN + "\n".join(
        _sections(click.Context(main, info_name="constructs-lib", **width, **main.context_settings))
    )


def _sections(context: click.Context) -> Iterator[str]:
    """A section for a command, and those of the commands that it has."""
    yield f"## {context.command_path}\n\n```text\n{context.get_help().rstrip()}\n```\n"
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command is not None and not command.hidden:
                yield from _sections(click.Context(command, info_name=name, parent=context, **command.context_settings))


if __name__ == "__main__":
    FILE.write_text(page())
