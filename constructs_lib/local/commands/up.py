"""``constructs-lib local up``: an embedded AWS that serves until it is told to stop."""

import contextlib
import os
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from constructs_lib.local.commands.endpoint import refused
from constructs_lib.local.commands.failures import words_for
from constructs_lib.local.commands.leftovers import end_and_tell
from constructs_lib.local.commands.options import AwsOptions, aws_options, new_directory
from constructs_lib.local.commands.outputs import claim
from constructs_lib.local.commands.paths import FilePath
from constructs_lib.local.control.instances import (
    INSTANCES,
    Instance,
    NotPrivateError,
    instances_directory,
    private_directory,
    registered,
)
from constructs_lib.local.signals import StoppedError, orderly

if TYPE_CHECKING:
    from constructs_lib.local.aws import EmbeddedAws

GRACE_SECONDS = 5.0
"""After the wish to stop, jobs get so long to end by themselves."""


@click.command(short_help="Serve an embedded AWS until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1. Default: 0, a free one.")
@click.option("--output", type=FilePath(), help="Directory for logs. Default: a new one in build/local.")
@aws_options
def up(*, port: int, output: Path | None, aws_options: AwsOptions) -> None:
    """Serve an embedded AWS in the foreground, until Ctrl-C, SIGTERM or `constructs-lib local down`.

    When it is ready, it prints `ready http://127.0.0.1:PORT`. The lines after that are shell commands that point every
    AWS SDK, the AWS CLI and the CDK CLI to it. All state is in memory: when it stops, deployed stacks are gone and
    running jobs are ended. Its access key is new each time, unless --keys is given; the other commands of
    constructs-lib find it by themselves.

    \b
    Examples:
      constructs-lib local up --port 4566
      constructs-lib local up --port 4566 --keys local/local
      constructs-lib local up | tee up.txt     then, elsewhere: eval "$(grep '^export' up.txt)"
      npx cdk bootstrap && npx cdk deploy --all --require-approval never

    Jobs get five seconds to end by themselves; a second Ctrl-C or SIGTERM ends them, and all that they have started, at
    once.

    Exit code: 0 `down` has stopped it; 1 the operating system returned an error; 2 wrong usage, the port is in use, or
    another process writes to the same output; 130 Ctrl-C; 143 SIGTERM, or its terminal was closed.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    from constructs_lib.local.server import PortInUseError  # noqa: PLC0415 - imports moto, as below

    refused(private_directory)
    end_and_tell()
    directory = claim(output or new_directory("up")).absolute()
    made = aws_options.make(directory, port=port)
    code = 0
    try:
        with orderly(made.told_to_stop), made, _registered(_instance(made, directory)):
            click.echo("\n".join([f"ready {made.endpoint_url}", *exports(made)]))
            made.told_to_stop.wait()
            made.close(GRACE_SECONDS)
    except PortInUseError as error:
        raise click.UsageError(str(error)) from None
    except StoppedError as stopped:
        code = stopped.code
    if aws_options.faults:
        from rich.console import Console  # noqa: PLC0415 - only those who want faults wait for it

        from constructs_lib.local.faults.plans.display import show_faults  # noqa: PLC0415 - as above

        show_faults(Console(stderr=True), aws_options.faults)
    sys.exit(code)


def _instance(aws: "EmbeddedAws", directory: Path) -> Instance:
    keys = aws.keys
    secrets = keys.access_key, keys.secret_key, aws.control_token
    return Instance(aws.port, os.getpid(), str(directory), time.time(), *secrets)


@contextlib.contextmanager
def _registered(instance: Instance) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(registered(instance))
        except NotPrivateError as error:
            raise click.UsageError(str(error)) from None
        except OSError as error:
            raise click.UsageError(
                f"{words_for(error)}: what runs is noted there, so that others find it; "
                "XDG_RUNTIME_DIR names another directory"
            ) from None
        yield


def exports(aws: "EmbeddedAws") -> list[str]:
    """The shell commands that point tools to an embedded AWS."""
    docker = Path(sys.executable).with_name("constructs-lib-docker")
    variables = {
        **aws.environment(),
        INSTANCES: str(instances_directory().absolute()),
        "CDK_DOCKER": str(docker) if docker.exists() else docker.name,
    }
    return [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
