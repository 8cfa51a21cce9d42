"""The command ``constructs-lib check``."""

import sys
from pathlib import Path
from typing import ClassVar

import click

from constructs_lib.checks.checking import SEVERITIES, find
from constructs_lib.checks.errors import CheckError
from constructs_lib.checks.model.files import read_files
from constructs_lib.checks.reports import REPORTS
from constructs_lib.local.commands.paths import FilePath


class _Broken(click.ClickException):
    """What cannot be checked, in one line."""

    exit_code: ClassVar[int] = 2


@click.command(short_help="What AWS Batch would refuse or get stuck on, beforehand.")
@click.argument("paths", nargs=-1, type=FilePath(), metavar="[CDK.OUT|TEMPLATE]...")
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
def check(*, paths: tuple[Path, ...], name: str, fail_on: str, acknowledged: bool) -> None:
    """Find what AWS Batch would get stuck on, before anything is deployed.

    Reads cloud assemblies (cdk.out) and templates in YAML or JSON of any tool, SAM included; those that are named
    together may refer to each other. Default: cdk.out in this directory. What only the deployment knows is not judged.

    \b
    Examples:
      constructs-lib check
      constructs-lib check network.yaml batch.yaml
      constructs-lib check cdk.out --format sarif > findings.sarif

    Exit code: 0 nothing of severity error; 1 findings; 2 wrong usage, or what is no template.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    try:
        findings = find(read_files([*paths] or [Path("cdk.out")]), acknowledged=acknowledged)
    except CheckError as error:
        raise _Broken(str(error)) from None
    click.echo(REPORTS[name](findings), nl=False)
    failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    sys.exit(1 if any(finding.rule.severity in failing for finding in findings) else 0)
