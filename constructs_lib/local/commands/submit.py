"""``constructs-lib local submit``: jobs of a stack, without a state machine."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from constructs_lib.limits import MAX_ARRAY_SIZE, MIN_ARRAY_SIZE
from constructs_lib.local.commands.names import Name
from constructs_lib.local.commands.pairs import pairs
from constructs_lib.local.commands.running import RunOptions, go, run_options

if TYPE_CHECKING:
    from constructs_lib.local.account import Clients
    from constructs_lib.local.apps.deployment import Deployment
    from constructs_lib.local.aws import EmbeddedAws
    from constructs_lib.local.client.execution import RemoteRun
    from constructs_lib.local.runs.following import Running


@click.command(short_help="Submit a job, without a state machine.")
@click.argument("stack", type=Name())
@click.argument("job", type=Name())
@click.option(
    "--array",
    type=click.IntRange(MIN_ARRAY_SIZE, MAX_ARRAY_SIZE),
    help="Submit an array job of this size: its children run beside each other, each with an index.",
)
@click.option("--count", type=click.IntRange(min=1), default=1, help="Number of jobs to submit. Default: 1.")
@click.option(
    "--env",
    multiple=True,
    callback=pairs,
    metavar="NAME=VALUE",
    help="Environment variable of the job; repeatable.",
)
@click.option(
    "--parameter", multiple=True, callback=pairs, metavar="NAME=VALUE", help="A value for Ref::NAME in its command."
)
@click.option("--queue", type=Name(), help="The job queue, if the stack has several; named like the job.")
@click.option("--share", type=Name(), help="The share identifier, for a queue with a fair-share policy.")
@click.option("--wait", is_flag=True, help="Wait until the jobs have ended. Always on without a running instance.")
@run_options
def submit(
    *,
    stack: str,
    job: str,
    array: int | None,
    count: int,
    env: dict[str, str],
    parameter: dict[str, str],
    queue: str | None,
    share: str | None,
    wait: bool,
    options: RunOptions,
) -> None:
    """Submit JOB of STACK to its job queue, without a state machine.

    JOB is a job definition: the construct's id or path, its logical id, its name, or the beginning of one of them. If
    the stack has several queues, name one with --queue in the same way.

    With --endpoint, or AWS_ENDPOINT_URL in the environment, the job is submitted to STACK as it is deployed in that
    instance, and the ids of the jobs are printed. Otherwise, and with --app or --assembly, STACK is deployed into an
    embedded AWS that ends when the jobs have ended.

    \b
    Examples:
      constructs-lib local submit MyStack Render
      constructs-lib local submit MyStack Render --array 10 --env SIZE=large
      constructs-lib local submit MyStack Render --put scene.json=Bucket/scenes/ --json
      constructs-lib local submit MyStack Render --count 3 --wait --endpoint http://localhost:4566

    Exit code: 0 submitted, or with --wait all succeeded; 1 one of them failed, or AWS Batch refused it; 2 wrong usage,
    an app or a stack that cannot be run: nothing was submitted; 3 the deployment was rolled back; 130 Ctrl-C; 143
    SIGTERM, or its terminal was closed.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    if not wait and options.is_elsewhere and (options.as_json or options.report):
        raise click.UsageError("--json and --report tell how jobs ended: give --wait, too")

    def request(clients: "Clients", deployments: "Sequence[Deployment]") -> dict[str, object]:
        from constructs_lib.local.runs.job_requests import JobRequest, request_of  # noqa: PLC0415 - boto3: not for --help

        wanted = JobRequest(job, queue, array, count, env, parameter, share)
        return request_of(wanted, clients, deployments)

    def begin(aws: "EmbeddedAws", deployments: "Sequence[Deployment]") -> "Callable[[], Running]":
        from constructs_lib.local.runs.submission import Submission  # noqa: PLC0415 - moto, as above

        location = deployments[-1].location
        made = request(aws.clients(location), deployments)
        return lambda: Submission(aws, made, count, location)

    def begin_remotely(clients: "Clients", deployment: "Deployment") -> "Callable[[Path], RemoteRun]":
        from constructs_lib.local.client.execution import RemoteSubmission  # noqa: PLC0415 - boto3, as above

        made = request(clients, [deployment])

        def start(logs: Path) -> "RemoteRun":
            submission = RemoteSubmission(clients, made, count, logs)
            if not wait:
                click.echo("\n".join(submission.ids))
            return submission

        return start

    go(stack, options, begin, begin_remotely, wait=wait)
