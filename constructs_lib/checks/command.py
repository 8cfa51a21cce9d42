"""The command ``constructs-lib check``."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final

import click

from constructs_lib.checks.checking import SEVERITIES, find
from constructs_lib.checks.errors import CheckError
from constructs_lib.checks.model.files import TemplateFile, read_files
from constructs_lib.checks.reports import REPORTS
from constructs_lib.checks.sources import changed_since
from constructs_lib.local.apps.synthesis import NAME_CONSTRUCTS
from constructs_lib.local.commands.paths import FilePath
from constructs_lib.terminal import visible

CDK_OUT: Final = Path("cdk.out")


class _Broken(click.ClickException):
    """What cannot be checked, in one line."""

    exit_code: ClassVar[int] = 2


@contextmanager
def _templates(paths: Sequence[Path], app: str | None) -> Iterator[list[TemplateFile]]:
    """Those named, or else of cdk.out, or else of an app, synthesized for the time that they are read."""
    if app and paths:
        raise click.UsageError("--app is in place of a cdk.out and of templates: give one or the other")
    if not app and (paths or CDK_OUT.exists() or not Path("cdk.json").exists()):
        if not paths and Path("cdk.json").exists() and (changed := changed_since(CDK_OUT)):
            click.echo(f"{CDK_OUT} is older than {visible(str(changed))}: `cdk synth` makes it anew", err=True)
        yield read_files([*paths] or [CDK_OUT])
        return
    from constructs_lib.local.commands.apps import opened  # noqa: PLC0415 - not for templates that are there

    with opened(app, None, context=NAME_CONSTRUCTS) as assembly:
        yield read_files([assembly.directory], root=assembly.directory)  # a path that is gone leads nowhere


@click.command(short_help="What AWS Batch would refuse or get stuck on, beforehand.")
@click.argument("paths", nargs=-1, type=FilePath(), metavar="[CDK.OUT|TEMPLATE]...")
@click.option("--app", help="Command that synthesizes the app, in place of a cdk.out. Default: `app` in cdk.json.")
@click.option(
    "--format",
    "name",
    type=click.Choice([*REPORTS]),
    default="text",
    help="text for people; json; sarif for code scanning; github for annotations of a workflow. Default: text.",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="error",
    help="The least severity with which the exit code is 1. Default: error.",
)
@click.option("--acknowledged", is_flag=True, help="Tell findings that the app acknowledges, too.")
def check(*, paths: tuple[Path, ...], app: str | None, name: str, fail_on: str, acknowledged: bool) -> None:
    """Find what AWS Batch would get stuck on, before anything is deployed.

    Reads cloud assemblies (cdk.out) and templates in YAML or JSON of any tool, SAM included; those that are named
    together may refer to each other. Default: cdk.out in this directory; where there is none, the app of cdk.json is
    synthesized. What only the deployment knows is not judged.

    \b
    Examples:
      constructs-lib check
      constructs-lib check --app "python3 app.py"
      constructs-lib check network.yaml batch.yaml
      constructs-lib check cdk.out --format sarif > findings.sarif

    Exit code: 0 nothing of severity error; 1 findings; 2 wrong usage, or what is no template.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    try:
        with _templates(paths, app) as found:
            findings = find(found, acknowledged=acknowledged)
            click.echo(REPORTS[name](findings), nl=False)  # reads the lines that it tells of
    except CheckError as error:
        raise _Broken(str(error)) from None
    failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    sys.exit(1 if any(finding.rule.severity in failing for finding in findings) else 0)
