"""The command ``constructs-lib graph``."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from constructs_lib.graph.checks import DefinitionError, check
from constructs_lib.graph.definitions import readable_definition
from constructs_lib.graph.mermaid import mermaid
from constructs_lib.local.apps.assembly import AssemblyError
from constructs_lib.local.commands.apps import app_options, opened
from constructs_lib.local.commands.names import Name
from constructs_lib.local.commands.outputs import check_file, write_file
from constructs_lib.local.commands.paths import FilePath

STATE_MACHINE = "AWS::StepFunctions::StateMachine"


@click.command(short_help="Draw state machines as Mermaid flowcharts.")
@click.argument("stack", type=Name())
@click.option(
    "--state-machine", type=Name(), help="Logical id of one state machine, or its beginning. Default: all of the stack."
)
@click.option("--output", type=FilePath(), help="File to write. Default: standard output.")
@app_options
def graph(
    *, stack: str, state_machine: str | None, output: Path | None, app: str | None, assembly: Path | None
) -> None:
    """Draw the state machines of STACK as Mermaid flowcharts, in Markdown.

    GitHub, GitLab and most documentation tools render them as pictures. The stack is not deployed.

    \b
    Examples:
      constructs-lib graph ArrayStack
      constructs-lib graph ArrayStack --assembly cdk.out --output pipeline.md
      constructs-lib graph MyStack --state-machine Nightly --app "python3 my_app.py"

    Exit code: 0; 2 wrong usage, an app or an assembly that is broken, or a picture that cannot be written.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    if output:
        check_file(output, "--output")
    with opened(app, assembly) as found:
        try:
            template = found.stack(stack).template
        except AssemblyError as error:
            raise click.UsageError(str(error)) from None
    chosen = _chosen(definitions(template), stack, state_machine)
    try:
        for name, definition in chosen.items():
            check(definition, f"state machine {name}")
    except DefinitionError as error:
        raise click.UsageError(str(error)) from None
    text = "\n".join(f"## {name}\n\n```mermaid\n{mermaid(definition)}```\n" for name, definition in chosen.items())
    if output:
        write_file(output, text, "--output")
    else:
        click.echo(text, nl=False)


def definitions(template: Mapping[str, Any]) -> dict[str, Any]:
    """The definitions of all state machines of a template, by logical id; references in them are ``${…}``."""
    found: dict[str, Any] = {}
    for name, resource in template.get("Resources", {}).items():
        if resource["Type"] == STATE_MACHINE:
            properties = resource.get("Properties") or {}
            definition = readable_definition(properties.get("DefinitionString", properties.get("Definition")))
            if isinstance(definition, dict) and "States" in definition:
                found[name] = definition
    return found


def _chosen(machines: dict[str, Any], stack: str, wanted: str | None) -> dict[str, Any]:
    chosen = {name: item for name, item in machines.items() if wanted is None or name.startswith(wanted)}
    if chosen:
        return chosen
    if not machines:
        raise click.UsageError(f"stack {stack!r} has no state machine with a definition in its template")
    close = get_close_matches(wanted or "", machines, 1, 0.4)
    hint = f". Did you mean {close[0]}?" if close else ""
    raise click.UsageError(f"no state machine {wanted!r} in stack {stack!r}, it has: {', '.join(machines)}{hint}")
