"""The command ``constructs-lib status``."""

from typing import TYPE_CHECKING

import click

from constructs_lib.local.commands.names import Name
from constructs_lib.ops.commands.options import account_options, json_option

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account

_FAILURES = 5


@click.command(short_help="How an execution or a job is doing now.")
@click.argument("execution", type=Name(), required=False)
@click.option(
    "--failures",
    type=click.IntRange(min=0),
    default=_FAILURES,
    show_default=True,
    help="Tell so many failures, the last ones.",
)
@json_option
@account_options
def status(*, account: "Account", execution: str | None, failures: int, as_json: bool) -> None:
    """Show an execution or a job: its state, stages, jobs by state, fan-outs, and what failed last.

    EXECUTION is the ARN or name of an execution, STATE-MACHINE:NAME, or the id or ARN of a job. A state machine, STACK,
    or STACK/CONSTRUCT means the newest execution. Without it, or for a stack of several state machines, all state
    machines are listed with the outcomes of their last executions, those of triggers and notifications last.

    \b
    Examples:
      constructs-lib status
      constructs-lib status Nightly
      constructs-lib status arn:aws:states:eu-west-1:111122223333:execution:Nightly:monday --failures 20
      constructs-lib status 3f7c1f0e-5d0c-4b61-9e39-6c3b1c7a4a55
      constructs-lib status Nightly --json | jq .jobs

    Standard output is tables at a terminal; in a pipe it is lines of cells with tabs between them, whose first cell
    says what the line is of.

    Required permissions: states:DescribeExecution, states:GetExecutionHistory, batch:DescribeJobs, batch:ListJobs;
    for fan-outs of older versions states:DescribeStateMachineForExecution; for distributed maps states:DescribeMapRun
    and states:ListExecutions; for names and lists states:ListStateMachines and states:ListExecutions, and, to list
    those of triggers and notifications last, states:DescribeStateMachine; of stacks and constructs
    cloudformation:DescribeStacks, cloudformation:ListStackResources and cloudformation:GetTemplate.

    Exit code: 0, whatever the state; 1 if AWS cannot be reached or refuses; 2 for wrong usage, such as an execution
    that does not exist.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    from constructs_lib.ops.commands import status_tables as tables  # noqa: PLC0415 - rich: not for --help and errors
    from constructs_lib.ops.commands.display import console, show_json  # noqa: PLC0415 - as above
    from constructs_lib.ops.executions.executions_now import look_at_execution  # noqa: PLC0415 - boto3, as above
    from constructs_lib.ops.executions.machines import look_at_machines  # noqa: PLC0415 - as above
    from constructs_lib.ops.jobs.jobs_now import look_at_job  # noqa: PLC0415 - as above
    from constructs_lib.ops.names import Kind, resolve, state_machines_of  # noqa: PLC0415 - as above

    if execution is None or len(state_machines_of(account, execution)) > 1:
        machines = look_at_machines(account, stack=execution)
        if as_json:
            show_json(machines)
        elif machines:
            tables.show_machines(console(), machines, account.now())
        else:
            click.echo(f"there is no state machine in {account.shown}", err=True)
        return
    found = resolve(account, execution, {Kind.EXECUTION, Kind.JOB})
    if found.kind is Kind.JOB:
        job = look_at_job(account, found.id, failures=failures)
        if as_json:
            show_json(job)
        else:
            tables.show_job(console(), job)
        return
    now = look_at_execution(account, found.id, failures=failures)
    if as_json:
        show_json(now)
    else:
        tables.show_execution(console(), now)
