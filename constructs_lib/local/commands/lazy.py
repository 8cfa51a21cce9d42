"""A group of commands of which each is imported when it is asked for."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from constructs_lib.local.commands import EXTRAS
from constructs_lib.systems import only_on_posix
from constructs_lib.terminal import visible


class LazyGroup(click.Group):
    """A click group that imports a command when it is called, and all of them for the help.

    Args:
        commands: the module of each command by the command's name; the module has it under this name.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every name, in alphabetical order, as click has them."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import a command."""
        module = self._modules.get(cmd_name)
        if module is None:
            return None
        try:
            found: click.Command = getattr(import_module(module), cmd_name)
        except ModuleNotFoundError as error:
            if unfit := only_on_posix(error):
                sys.exit(f"constructs-lib: {unfit}")
            # The constructs do not need what the commands need, so it may not be installed.
            sys.exit(f"constructs-lib: the package {error.name} is not installed: {EXTRAS}")
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it says of its failure may have been written by anybody."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            error.message = visible(error.message)  # type: ignore[misc] # click says final, and nobody has seen it yet
            raise
