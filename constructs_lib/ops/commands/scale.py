"""The command ``constructs-lib scale``."""

from typing import TYPE_CHECKING

import click

from constructs_lib.local.commands.names import Name
from constructs_lib.ops.commands.confirm import confirm, yes_option
from constructs_lib.ops.commands.options import account_options, json_option
from constructs_lib.terminal import visible

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account
    from constructs_lib.ops.queues.scaling import ScalePlan

_WORDS = {"maxvCpus": "at most", "minvCpus": "at least", "desiredvCpus": "at once"}


@click.command(short_help="Change the maximum of vCPUs of an environment.")
@click.argument("environment", type=Name())
@click.option("--max-vcpus", type=click.IntRange(min=0), help="The most vCPUs that it may have. Default: as it is.")
@click.option(
    "--min-vcpus", type=click.IntRange(min=0), help="The vCPUs that it keeps, also without jobs. Default: as it is."
)
@click.option(
    "--desired-vcpus",
    type=click.IntRange(min=0),
    help="The vCPUs that it has at once, before AWS Batch sees that jobs need them. Default: as it is.",
)
@yes_option
@json_option
@account_options
def scale(
    *,
    account: "Account",
    environment: str,
    max_vcpus: int | None,
    min_vcpus: int | None,
    desired_vcpus: int | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Change how many vCPUs ENVIRONMENT may have; says what that lets start and what it costs, and asks.

    ENVIRONMENT is the name or ARN of a managed compute environment, STACK if it has one, or STACK/CONSTRUCT. Jobs that
    run go on, also when there are more of them than the new maximum allows; with a maximum of 0 none starts any more.
    On Fargate there is a maximum alone.

    The app does not learn of it: a deployment that changes the environment sets it back to what the app says.

    \b
    Examples:
      constructs-lib scale Nightly/Spot --max-vcpus 256
      constructs-lib scale spot --min-vcpus 16 --max-vcpus 64 --yes

    The command ends when the environment is VALID with the new limits. Standard output is one line with them.

    Required permissions: batch:UpdateComputeEnvironment, batch:DescribeComputeEnvironments,
    batch:DescribeJobQueues, batch:GetJobQueueSnapshot, batch:ListJobs, batch:DescribeJobs, and, to say of which stack
    it is, cloudformation:DescribeStackResources.

    Exit code: 0 changed, or it was so already; 1 the answer was no, or AWS Batch refuses it; 2 for wrong usage, or
    nobody can be asked and --yes is not given: nothing was changed.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    from constructs_lib.ops.commands.display import show_json  # noqa: PLC0415 - rich: not for --help and errors
    from constructs_lib.ops.names import Kind, resolve  # noqa: PLC0415 - boto3, as above
    from constructs_lib.ops.queues.scaling import plan_scale  # noqa: PLC0415 - as above
    from constructs_lib.ops.queues.scaling import scale as change  # noqa: PLC0415 - as above

    plan = plan_scale(
        account,
        resolve(account, environment, {Kind.ENVIRONMENT}),
        max_vcpus=max_vcpus,
        min_vcpus=min_vcpus,
        desired_vcpus=desired_vcpus,
    )
    now = plan.before
    if plan.changes:
        for line in _effect(plan):
            click.echo(visible(line), err=True)
        confirm(visible(f"Change {plan.name}: {_changes(plan)}?"), yes=yes)
        now = change(account, plan)
    else:
        click.echo(visible(f"{plan.name} has these limits already"), err=True)
    if as_json:
        show_json({"plan": plan, "now": now})
    else:
        click.echo(visible(f"{plan.name}: {', '.join(f'{_WORDS[key]} {value:,} vCPUs' for key, value in now.items())}"))


def _changes(plan: "ScalePlan") -> str:
    return ", ".join(
        f"{plan.before.get(key, 0):,} → {value:,} vCPUs {_WORDS[key]}" for key, value in plan.changes.items()
    )


def _effect(plan: "ScalePlan") -> list[str]:
    lines = []
    for item in plan.waiting:
        jobs = f"{item.jobs:,}{'+' if item.has_more else ''}"
        lines.append(f"{item.queue}: {jobs} jobs are RUNNABLE, {item.could_start:,} of them could start")
    if not plan.waiting:
        lines.append("no job waits for it")
    if plan.changes.get("maxvCpus") == 0:
        lines.append(f"no job starts in {plan.name} any more until its maximum is raised; those that run go on")
    else:
        lines.append(f"room for jobs that wait: {plan.room:,g} vCPUs")
    if plan.dollars_an_hour is not None:
        more = plan.changes["maxvCpus"] - plan.before["maxvCpus"]
        lines.append(f"{more:,} more vCPUs cost about ${plan.dollars_an_hour:,.2f} an hour when all are used")
    if plan.stack:
        lines.append(
            f"{plan.name} is of stack {plan.stack}: a deployment that changes it sets it back, so change the app, too"
        )
    return lines
