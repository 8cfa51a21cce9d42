"""The command ``constructs-lib stop``."""

import sys
from typing import TYPE_CHECKING

import click

from constructs_lib.local.commands.names import Name
from constructs_lib.ops.commands.confirm import confirm, yes_option
from constructs_lib.ops.commands.options import account_options, json_option
from constructs_lib.terminal import visible

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account
    from constructs_lib.ops.jobs.stopping import StopPlan

_REFUSED_SHOWN = 10


@click.command(short_help="Stop an execution, a job, or all jobs of a queue.")
@click.argument("what", metavar="EXECUTION|JOB", type=Name(), required=False)
@click.option("--queue", type=Name(), help="Stop all jobs of this queue that have not ended.")
@click.option("--reason", help="What others see as the reason. Default: that it was this command.")
@yes_option
@json_option
@account_options
def stop(
    *, account: "Account", what: str | None, queue: str | None, reason: str | None, yes: bool, as_json: bool
) -> None:
    """Stop an execution and its jobs, a job, or all jobs of a queue; says how many jobs that ends, and asks.

    EXECUTION is an ARN or a name, STATE-MACHINE:NAME, or a state machine, STACK or STACK/CONSTRUCT, which mean the
    newest execution. JOB is the id or ARN of a job, of an array job as a whole, or of one of its children.

    Jobs that run get SIGTERM, and 30 seconds later SIGKILL unless their definition gives them longer; those that wait
    end first. An execution takes executions along that it has started, and jobs that it would have left running. A
    queue goes on to take jobs, and state machines that retry may submit them.

    \b
    Examples:
      constructs-lib stop Nightly
      constructs-lib stop 3f7c1f0e-5d0c-4b61-9e39-6c3b1c7a4a55 --reason "wrong input"
      constructs-lib stop --queue Nightly/Queue --yes

    Standard output says what was stopped, a line each for executions and one for the jobs; --json has all ids.

    Required permissions: batch:TerminateJob, batch:DescribeJobs; for an execution states:StopExecution,
    states:DescribeExecution, states:GetExecutionHistory, and with a Distributed Map states:ListExecutions; for a queue
    batch:DescribeJobQueues and batch:ListJobs; for names as `constructs-lib status`.

    Exit code: 0 stopped, or there was nothing to stop; 1 the answer was no, AWS refused to end a job, or it cannot be
    reached; 2 for wrong usage, or nobody can be asked and --yes is not given: nothing was stopped.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    from constructs_lib.ops.commands.display import show_json  # noqa: PLC0415 - rich: not for --help and errors
    from constructs_lib.ops.jobs.stopping import REASON, Stopped, plan_stop  # noqa: PLC0415 - as above
    from constructs_lib.ops.jobs.stopping import stop as stop_all  # noqa: PLC0415 - as above
    from constructs_lib.ops.names import Kind, resolve  # noqa: PLC0415 - boto3, as above

    if (what is None) == (queue is None):
        raise click.UsageError("name an execution or a job, or a queue with --queue")
    kinds = {Kind.QUEUE} if queue else {Kind.EXECUTION, Kind.JOB}
    plan = plan_stop(account, resolve(account, queue or what or "", kinds))
    done = Stopped((), (), {})
    if plan.is_empty:
        click.echo(f"there is nothing to stop: {visible(_none(plan))}", err=True)
    else:
        confirm(visible(f"Stop {_in_words(plan)}?"), yes=yes)
        done = stop_all(account, plan, reason=reason or REASON)
    if as_json:
        show_json(done)
        return
    for arn in done.executions:
        click.echo(visible(f"stopped {arn}"))
    if done.jobs:
        click.echo(f"ended {_many(plan.total, 'job')} in {account.shown}")
    for job_id, why in list(done.refused.items())[:_REFUSED_SHOWN]:
        click.echo(visible(f"{job_id} was not ended: {why}"), err=True)
    if done.refused:
        sys.exit(1)


def _in_words(plan: "StopPlan") -> str:
    """``execution Nightly:monday and 15 jobs (10 RUNNABLE, 5 RUNNING)``."""
    states = ", ".join(f"{number:,} {state}" for state, number in plan.states.items())
    jobs = f"{_many(plan.total, 'job')} ({states})"
    parts = []
    if plan.executions:
        parts.append(f"execution {_shown(plan)}")
        if len(plan.executions) > 1:
            parts[0] += f", {_many(len(plan.executions) - 1, 'other execution')} that it has started"
    if plan.jobs:
        parts.append(jobs if plan.target.kind != "job queue" else f"{jobs} of the queue {plan.target.shown}")
    return " and ".join(parts)


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _none(plan: "StopPlan") -> str:
    has = "has no job that has not ended" if plan.target.kind == "job queue" else "has ended"
    return f"{plan.target.kind} {_shown(plan)} {has}"


def _shown(plan: "StopPlan") -> str:
    """An execution with its state machine: its name alone may be that of many."""
    return ":".join(plan.target.id.split(":")[-2:]) if plan.target.kind == "execution" else plan.target.shown
