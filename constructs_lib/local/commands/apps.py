"""Where the stacks of a command come from: an app that is synthesized, or a cloud assembly that there is."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from constructs_lib.local.apps.assembly import Assembly, AssemblyError, load
from constructs_lib.local.apps.synthesis import synthesize
from constructs_lib.local.commands.configuration import given_environment
from constructs_lib.local.commands.paths import FilePath
from constructs_lib.local.supervisor import Supervisor

Command = Callable[..., Any]


def app_options(command: Command) -> Command:
    """Add the options ``app`` and ``assembly``."""
    app = click.option("--app", help="Command that synthesizes the app. Default: `app` in cdk.json.")
    assembly = click.option("--assembly", type=FilePath(), help="Use this cdk.out instead of synthesizing the app.")
    return app(assembly(command))


@contextmanager
def opened(app: str | None, assembly: Path | None, *, context: Mapping[str, Any] | None = None) -> Iterator[Assembly]:
    """Open the assembly that the options name; what is wrong with it is a `click.UsageError`.

    Args:
        app: the command that synthesizes it.
        assembly: its directory, in place of the command.
        context: values for the app, unless its files say otherwise. Default: none.
    """
    if app and assembly:
        raise click.UsageError("--app and --assembly exclude each other: give one of them")
    with Supervisor() as supervisor:
        try:
            yield load(assembly) if assembly else _synthesize(supervisor, app, context)
        except AssemblyError as error:
            raise click.UsageError(str(error)) from None


def _synthesize(supervisor: Supervisor, app: str | None, context: Mapping[str, Any] | None) -> Assembly:
    with Console(stderr=True).status("synthesizing the app"):
        output = supervisor.folder() / "cdk.out"
        environment = given_environment()
        return synthesize(output, app, environment=environment, context=context, supervisor=supervisor)
