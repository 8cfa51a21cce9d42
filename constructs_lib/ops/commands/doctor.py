"""The command ``constructs-lib doctor``."""

import sys
from typing import TYPE_CHECKING

import click

from constructs_lib.ops.commands.options import account_options, json_option

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account

_COLORS = {"ok": "green", "attention": "yellow", "broken": "red", "not known": "dim"}


@click.command(short_help="What is missing or broken, here and in the account.")
@json_option
@account_options
def doctor(*, account: "Account", as_json: bool) -> None:
    """Look at what pipelines need, here and in the account, and at what keeps jobs from starting.

    Each line is ok, attention (it works, and not for long or not for everything), broken, or not known, with what to
    do about it: credentials, Node, the CDK and a container engine on this machine, the bootstrap of the CDK, compute
    environments and job queues, and the quotas of vCPUs, environments, queues and executions with what is used of
    them.

    \b
    Examples:
      constructs-lib doctor
      constructs-lib doctor --profile production --region eu-central-1
      constructs-lib doctor --json | jq '.[] | select(.verdict == "broken")'

    Standard output is a table at a terminal, and lines of cells with tabs between them in a pipe.
    Required permissions, each of which may be missing: ssm:GetParameter, batch:DescribeComputeEnvironments,
    batch:DescribeJobQueues, servicequotas:GetServiceQuota, servicequotas:GetAWSDefaultServiceQuota,
    cloudwatch:GetMetricStatistics.

    Exit code: 0 if nothing is broken; 1 if something is; 2 for wrong usage.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    from constructs_lib.ops.commands.display import (  # noqa: PLC0415 - rich: not for --help and errors
        console,
        plain,
        show_json,
        show_table,
    )
    from constructs_lib.ops.doctor import Verdict, examine  # noqa: PLC0415 - boto3, as above

    found = examine(account)
    if as_json:
        show_json(found)
    else:
        rows = []
        for check in found:
            fix = f"\n→ {check.fix}" if check.fix else ""
            verdict = f"[{_COLORS[check.verdict]}]{check.verdict}[/]"
            rows.append((verdict, plain(check.name), plain(check.found + fix)))
        show_table(console(), f"constructs-lib in {account.shown}", ("", "what", "found"), rows)
    if any(check.verdict is Verdict.BROKEN for check in found):
        sys.exit(1)
