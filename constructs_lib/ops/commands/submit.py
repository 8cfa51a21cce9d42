"""The command ``constructs-lib submit``."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from constructs_lib.limits import MAX_ARRAY_SIZE, MAX_SCHEDULING_PRIORITY, MIN_ARRAY_SIZE
from constructs_lib.local.commands.names import Name
from constructs_lib.local.commands.pairs import pairs
from constructs_lib.ops.commands.options import account_options, json_option
from constructs_lib.terminal import visible

if TYPE_CHECKING:
    from constructs_lib.ops.account import Account


@click.command(short_help="Submit jobs to a queue, without a state machine.")
@click.argument("job", type=Name())
@click.option(
    "--queue",
    type=Name(),
    help="The job queue, named like the job. Default: that of the stack in STACK/JOB, if it has one.",
)
@click.option(
    "--array",
    type=click.IntRange(MIN_ARRAY_SIZE, MAX_ARRAY_SIZE),
    help="Submit an array job of this size: its children run beside each other, each with an index.",
)
@click.option("--count", type=click.IntRange(min=1), default=1, help="Number of jobs to submit. Default: 1.")
@click.option(
    "--parameter", multiple=True, callback=pairs, metavar="NAME=VALUE", help="A value for Ref::NAME in its command."
)
@click.option(
    "--env", multiple=True, callback=pairs, metavar="NAME=VALUE", help="Environment variable of the job; repeatable."
)
@click.option(
    "--depends-on",
    multiple=True,
    metavar="JOB",
    help="Id of a job to wait for; JOB:N_TO_N lets child wait for child, SEQUENTIAL runs the children of an array one "
    "after the other; repeatable.",
)
@click.option("--share", type=Name(), help="The share identifier, for a queue with a fair-share policy.")
@click.option(
    "--priority",
    type=click.IntRange(0, MAX_SCHEDULING_PRIORITY),
    help="Within its share, the highest first. Default: that of the definition.",
)
@click.option("--name", type=Name(), help="Name of the job. Default: that of its construct or definition.")
@click.option("--wait", is_flag=True, help="Wait until the jobs have ended; Ctrl-C ends the wait, and the jobs go on.")
@json_option
@account_options
def submit(
    *,
    account: "Account",
    job: str,
    queue: str | None,
    array: int | None,
    count: int,
    parameter: dict[str, str],
    env: dict[str, str],
    depends_on: tuple[str, ...],
    share: str | None,
    priority: int | None,
    name: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Submit JOB to a job queue, without a state machine.

    JOB is the name or ARN of a job definition, with or without its revision, STACK if it has one, or STACK/CONSTRUCT.

    \b
    Examples:
      constructs-lib submit Nightly/Render --array 100 --env SIZE=large
      constructs-lib submit render:7 --queue nightly --count 10 --wait
      constructs-lib submit Nightly/Publish --depends-on "$(constructs-lib submit Nightly/Render --array 100)"

    Standard output is the ids of the jobs, a line each, as soon as they are submitted; with --json one JSON array when
    all are submitted, or with --wait have ended. Progress goes to standard error.

    Required permissions: batch:SubmitJob on the definition and the queue, batch:DescribeJobDefinitions,
    batch:DescribeJobQueues, with --wait batch:DescribeJobs, and for names of stacks and constructs
    cloudformation:DescribeStacks, cloudformation:ListStackResources and cloudformation:GetTemplate.

    Exit code: 0 submitted, or with --wait all succeeded; 1 one of them failed, or AWS cannot be reached or refuses; 2
    for wrong usage, such as a definition that does not exist: nothing was submitted; 130 Ctrl-C.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    from constructs_lib.ops.commands.display import show_json  # noqa: PLC0415 - rich: not for --help and errors
    from constructs_lib.ops.jobs.submission import plan_submission, submit_jobs, wait_for_jobs  # noqa: PLC0415 - boto3

    if queue is None and (job.startswith("arn:") or "/" not in job):
        raise click.UsageError("name the job queue with --queue, or the job as STACK/CONSTRUCT")
    request = plan_submission(
        account,
        job,
        queue or _queue_of(account, job.partition("/")[0]),
        array=array,
        parameters=parameter,
        environment=env,
        depends_on=depends_on,
        share=share,
        priority=priority,
        name=name,
    )
    submitted = submit_jobs(account, request, count, seen=lambda item: None if as_json else click.echo(item.id))
    if not wait:
        if as_json:
            show_json(submitted)
        return
    ended = wait_for_jobs(account, [item.id for item in submitted], seen=_Progress().tell)
    if as_json:
        show_json(ended)
    for end in ended:
        if end.failure:
            click.echo(visible(f"{end.id} {end.name}: {end.failure.reason}"), err=True)
    if any(end.failure for end in ended):
        sys.exit(1)


def _queue_of(account: "Account", stack: str) -> str:
    """The ARN of the one job queue of a stack."""
    from constructs_lib.ops.errors import NotFoundError  # noqa: PLC0415 - boto3: not for --help and errors
    from constructs_lib.ops.names import Kind, resolve  # noqa: PLC0415 - as above

    try:
        return resolve(account, stack, {Kind.QUEUE}).id
    except NotFoundError as error:
        raise click.UsageError(f"{error}: name the job queue with --queue") from None


class _Progress:
    """Tells the jobs by state on standard error whenever that has changed."""

    def __init__(self) -> None:
        self._told = ""

    def tell(self, counts: Mapping[str, int]) -> None:
        text = ", ".join(f"{number:,} {state}" for state, number in counts.items())
        if text != self._told:
            click.echo(text, err=True)
            self._told = text
