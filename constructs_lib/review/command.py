"""The command ``constructs-lib review``."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

import click

from constructs_lib.local.commands.outputs import check_file, write_file
from constructs_lib.local.commands.paths import FilePath
from constructs_lib.review.errors import ReviewError
from constructs_lib.review.findings import Kind
from constructs_lib.terminal import json_text, visible

if TYPE_CHECKING:
    from constructs_lib.review.report import Review


_NARROWEST: Final = 40


class _Broken(click.ClickException):
    """What cannot be reviewed, in one line."""

    exit_code: ClassVar[int] = 2


def _kinds(_: click.Context, param: click.Parameter, value: str | None) -> frozenset[Kind]:
    """Read names of kinds with commas between them."""
    names = [name.strip() for name in (value or "").split(",") if name.strip()]
    if unknown := [name for name in names if name not in [*Kind]]:
        raise click.BadParameter(f"{unknown[0]!r}: expected some of {', '.join(Kind)}", param=param)
    return frozenset(Kind(name) for name in names)


@click.command(short_help="What a change of templates will do.")
@click.argument("old", type=FilePath(), required=False)
@click.argument("new", type=FilePath(), required=False)
@click.option(
    "--base",
    metavar="REVISION",
    help="Git revision in place of OLD and NEW: the app is synthesized of it, and as it is here.",
)
@click.option("--app", help="Command that synthesizes the app, with --base. Default: `app` in cdk.json.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="Text for a terminal, Markdown for a pull request, JSON for programs.",
)
@click.option("--diff", is_flag=True, help="Fold the difference of the templates below the Markdown.")
@click.option("--output", type=FilePath(), help="File to write. Default: standard output.")
@click.option(
    "--fail-on",
    callback=_kinds,
    metavar="KIND,…",
    help=f"End with exit code 1 if the change does one of: {', '.join(Kind)}.",
)
def review(
    *,
    old: Path | None,
    new: Path | None,
    base: str | None,
    app: str | None,
    output_format: str,
    diff: bool,
    output: Path | None,
    fail_on: frozenset[Kind],
) -> None:
    """Say what a change of templates will do when it is deployed: what is replaced, which jobs end, which data goes.

    OLD and NEW are each a cloud assembly (cdk.out) or a template file, in YAML or JSON, of any tool. They are read as
    CloudFormation reads them; nothing is deployed, and no account is asked. With --base, OLD is the app of a git
    revision and NEW the app of the current directory; both are synthesized, the repository stays as it is.

    \b
    Examples:
      constructs-lib review cdk.out.main cdk.out
      constructs-lib review before.yaml after.yaml --format markdown --output review.md
      constructs-lib review --base origin/main --fail-on replace-stateful,interrupt

    Exit code: 0; 1 if the change does what --fail-on names; 2 for wrong usage, or what is no template.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    if output:
        check_file(output, "--output")
    if diff and output_format != "markdown":
        raise click.UsageError("--diff is for --format markdown")
    try:
        found = _of_revision(base, app) if _is_of_revision(old, new, base, app) else _of_files(old, new)
    except ReviewError as error:
        raise _Broken(visible(str(error))) from None
    width = None if output or not sys.stdout.isatty() else max(_NARROWEST, shutil.get_terminal_size().columns)
    written = _written(found, output_format, width, diff=diff)
    if output:
        write_file(output, written, "--output")
    else:
        click.echo(written, nl=False)
    if warned := sorted(fail_on & found.kinds):
        click.echo(f"--fail-on: the change does {', '.join(warned)}", err=True)
        sys.exit(1)


def _is_of_revision(old: Path | None, new: Path | None, base: str | None, app: str | None) -> bool:
    if base and old:
        raise click.UsageError("--base is in place of OLD and NEW: give one or the other")
    if app and not base:
        raise click.UsageError("--app is the command that --base synthesizes the app by")
    if not base and not (old and new):
        raise click.UsageError("expected OLD and NEW, two assemblies or templates, or --base with a git revision")
    return bool(base)


def _of_files(old: Path | None, new: Path | None) -> "Review":
    from constructs_lib.review.report import review as made_review  # noqa: PLC0415 - not for --help and errors

    assert old  # noqa: S101 - as checked
    assert new  # noqa: S101 - as above
    return made_review(old, new)


def _of_revision(base: str | None, app: str | None) -> "Review":
    from rich.console import Console  # noqa: PLC0415 - as above

    from constructs_lib.local.commands.configuration import given_environment  # noqa: PLC0415 - as above
    from constructs_lib.local.supervisor import Supervisor  # noqa: PLC0415 - as above
    from constructs_lib.review.revisions import assemblies  # noqa: PLC0415 - as above

    with Supervisor() as supervisor, Console(stderr=True).status("synthesizing both sides"):
        return _of_files(*assemblies(base or "", app, supervisor, given_environment()))


def _written(found: "Review", output_format: str, width: int | None, *, diff: bool) -> str:
    from constructs_lib.review.writing import document, markdown, text  # noqa: PLC0415 - as above

    if output_format == "json":
        return f"{json_text(document(found), indent=2)}\n"
    return visible(markdown(found, diff=diff) if output_format == "markdown" else text(found, width))
