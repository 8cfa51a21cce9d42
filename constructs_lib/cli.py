"""The command ``constructs-lib``."""

import logging
import sys
from pathlib import Path
from typing import Any

from constructs_lib.local.commands import EXTRAS
from constructs_lib.local.signals import end_at_once

if Path(sys.argv[0]).stem == "constructs-lib":  # and not a test that imports it
    end_at_once()

try:
    import click

    from constructs_lib.local.commands.failures import words_for
    from constructs_lib.local.commands.lazy import LazyGroup
    from constructs_lib.local.commands.streams import escape_what_has_no_letters
    from constructs_lib.terminal import VisibleFormatter
except ModuleNotFoundError as error:
    # The constructs do not need what the command needs, so it may not be installed.
    sys.exit(f"constructs-lib: the package {error.name} is not installed: {EXTRAS}")

_COMMANDS = {
    "check": "constructs_lib.checks.command",
    "cost": "constructs_lib.ops.commands.cost",
    "doctor": "constructs_lib.ops.commands.doctor",
    "graph": "constructs_lib.graph.command",
    "history": "constructs_lib.ops.commands.history",
    "init": "constructs_lib.init.command",
    "local": "constructs_lib.local.cli",
    "logs": "constructs_lib.ops.commands.logs",
    "plan": "constructs_lib.ops.commands.plan",
    "ps": "constructs_lib.ops.commands.ps",
    "rerun": "constructs_lib.ops.commands.rerun",
    "results": "constructs_lib.ops.commands.results",
    "review": "constructs_lib.review.command",
    "run": "constructs_lib.ops.commands.run",
    "scale": "constructs_lib.ops.commands.scale",
    "status": "constructs_lib.ops.commands.status",
    "stop": "constructs_lib.ops.commands.stop",
    "submit": "constructs_lib.ops.commands.submit",
    "why": "constructs_lib.ops.commands.why",
    "worker": "constructs_lib.init.worker",
}


class _Commands(LazyGroup):
    """The group of all; what stops a command is told in one line, with exit code 1."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command, to its exit code."""
        escape_what_has_no_letters()
        try:
            return super().main(*arguments, **options)
        except Exception as error:
            if words := words_for(error):
                sys.exit(f"Error: {words}")
            raise


@click.group(cls=_Commands, modules=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="constructs-lib")
def main() -> None:
    """AWS Batch pipelines: run them on this machine, draw them, and look after them in an account of AWS."""
    if logging.lastResort:
        logging.lastResort.setFormatter(VisibleFormatter())
