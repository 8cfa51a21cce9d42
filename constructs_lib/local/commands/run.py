"""``constructs-lib local run``: a stack in an embedded AWS of its own, from its deployment to the outcome."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from constructs_lib.local.commands.inputs import read_payload
from constructs_lib.local.commands.names import Name
from constructs_lib.local.commands.paths import FilePath
from constructs_lib.local.commands.running import RunOptions, go, run_options

if TYPE_CHECKING:
    from constructs_lib.local.account import Clients
    from constructs_lib.local.apps.deployment import Deployment
    from constructs_lib.local.aws import EmbeddedAws
    from constructs_lib.local.client.execution import RemoteRun
    from constructs_lib.local.runs.following import Running


@click.command(short_help="Deploy a stack and run its state machine.")
@click.argument("stack", type=Name(), required=False)
@click.option(
    "--items",
    type=FilePath(allow_dash=True),
    help='File with a JSON array; - reads standard input. The input is {"items": […]}.',
)
@click.option(
    "--input",
    "given",
    type=FilePath(allow_dash=True),
    help="File with the input, any JSON value; - reads standard input. Default, without --items: {}.",
)
@click.option(
    "--state-machine",
    type=Name(),
    help="The state machine, when the stack has several: the construct's id or path, the logical id, the name, or the "
    "beginning of one of them.",
)
@run_options
def run(
    *, stack: str | None, items: Path | None, given: Path | None, state_machine: str | None, options: RunOptions
) -> None:
    """Deploy STACK into an embedded AWS and run its state machine.

    STACK may be left out where there is one stack only.

    The input is a list of items, as {"items": [...]}, or any JSON value, or {}. Each job runs the ENTRYPOINT and CMD of
    its image's Dockerfile, as a process on this machine, or in a container with --runner container. --put uploads data
    to S3 for the jobs. For a stack without a state machine, use `constructs-lib local submit`.

    By default the command starts an embedded AWS that ends with the run. With --endpoint, it runs the state machine of
    STACK as it is deployed in that instance. So it does with AWS_ENDPOINT_URL in the environment, unless --app or
    --assembly is given.

    \b
    Examples:
      constructs-lib local run --items items.json
      constructs-lib local run ArrayStack --items items.json
      constructs-lib local run ArrayStack --items items.json --report report.html
      constructs-lib local run ArrayStack --items items.json --endpoint http://127.0.0.1:4566
      echo '[1, 2, 3]' | constructs-lib local run MapStack --items - --json
      echo '{"day": "monday"}' | constructs-lib local run MyStack --input - --state-machine Daily
      constructs-lib local run MyStack --put scans/=Bucket/scans
      constructs-lib local run MyStack --items items.json --app "python3 my_app.py"
      constructs-lib local run MyStack --items items.json --fault reclaim:index=3 --fault throttle:times=2
      constructs-lib local run MyStack --items items.json --runner container
      constructs-lib local run MyStack --items items.json --virtual-time

    After Ctrl-C, SIGTERM or the end of its terminal, jobs get five seconds to end by themselves. A second signal ends
    them, and all that they have started, at once.

    Exit code: 0 succeeded; 1 the execution failed, or its results could not be written; 2 wrong usage, an app or a
    stack that cannot be run, or another run writes to the same output: nothing was run; 3 the deployment was rolled
    back; 130 Ctrl-C; 143 SIGTERM, or its terminal was closed.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    payload = read_payload(items, given)

    def begin(aws: "EmbeddedAws", deployments: "Sequence[Deployment]") -> "Callable[[], Running]":
        from constructs_lib.local.runs.execution import Execution  # noqa: PLC0415 - moto: not for --help and errors

        machine = deployments[-1].state_machine(state_machine)
        return lambda: Execution(aws, machine, payload)

    def begin_remotely(clients: "Clients", deployment: "Deployment") -> "Callable[[Path], RemoteRun]":
        from constructs_lib.local.client.execution import RemoteExecution  # noqa: PLC0415 - boto3, as above

        machine, queues = deployment.state_machine(state_machine), deployment.physical_ids("AWS::Batch::JobQueue")
        return lambda logs: RemoteExecution(clients, queues, machine, payload, logs)

    go(stack, options, begin, begin_remotely)
