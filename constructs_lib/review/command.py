"""The command ``constructs-lib review``."""

import sys
from pathlib import Path
from typing import Any

import click

from constructs_lib.local.commands.outputs import check_file, write_file
from constructs_lib.local.commands.paths import FilePath
from constructs_lib.review.errors import ReviewError
from constructs_lib.review.findings import Kind
from constructs_lib.terminal import json_text, visible


def _kinds(_: click.Context, param: click.Parameter, value: str | None) -> frozenset[Kind]:
    """Read names of kinds with commas between them."""
    names = [name.strip() for name in (value or "").split(",") if name.strip()]
    if unknown := [name for name in names if name not in [*Kind]]:
        raise click.BadParameter(f"{unknown[0]!r}: expected some of {', '.join(Kind)}", param=param)
    return frozenset(Kind(name) for name in names)


@click.command()
@click.argument("old", type=FilePath())
@click.argument("new", type=FilePath())
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="Text for a terminal, Markdown for a pull request, JSON for programs.",
)
@click.option("--output", type=FilePath(), help="File to write. Default: standard output.")
@click.option(
    "--fail-on",
    callback=_kinds,
    metavar="KIND,…",
    help=f"End with exit code 1 if the change does one of: {', '.join(Kind)}.",
)
def review(*, old: Path, new: Path, output_format: str, output: Path | None, fail_on: frozenset[Kind]) -> None:
    """Say what a change of templates will do when it is deployed: what is replaced, which jobs end, which data goes.

    OLD and NEW are each a cloud assembly (cdk.out) or a template file, in YAML or JSON, of any tool. They are read as
    CloudFormation reads them; nothing is deployed, and no account is asked.

    \b
    Examples:
      constructs-lib review cdk.out.main cdk.out
      constructs-lib review before.yaml after.yaml --format markdown --output review.md
      constructs-lib review cdk.out.main cdk.out --fail-on replace-stateful,interrupt

    Exit code: 0; 1 if the change does what --fail-on names; 2 for wrong usage, or what is no template.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    from constructs_lib.review.report import review as made_review  # noqa: PLC0415 - not for --help and errors

    if output:
        check_file(output, "--output")
    try:
        found = made_review(old, new)
    except ReviewError as error:
        raise click.UsageError(visible(str(error))) from None
    written = _written(found, output_format)
    if output:
        write_file(output, written, "--output")
    else:
        click.echo(written, nl=False)
    if warned := sorted(fail_on & found.kinds):
        click.echo(f"--fail-on: the change does {', '.join(warned)}", err=True)
        sys.exit(1)


def _written(found: Any, output_format: str) -> str:
    from constructs_lib.review.writing import document, markdown, text  # noqa: PLC0415 - as above

    if output_format == "json":
        return f"{json_text(document(found), indent=2)}\n"
    return visible(markdown(found) if output_format == "markdown" else text(found))
