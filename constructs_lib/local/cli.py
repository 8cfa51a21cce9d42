"""The command ``constructs-lib local``."""

import click

from constructs_lib.local.commands.configuration import leave_out_configuration
from constructs_lib.local.commands.lazy import LazyGroup

_COMMANDS = ("advance", "deploy", "down", "faults", "logs", "ps", "run", "submit", "up")


@click.group(
    short_help="Run stacks on this machine: no account, no Docker.",
    cls=LazyGroup,
    modules={name: f"constructs_lib.local.commands.{name}" for name in _COMMANDS},
)
def local() -> None:
    """Run synthesized stacks on this machine: no account, no Docker, no network.

    \b
    Deploy and run in one process:
      constructs-lib local run MyStack --items items.json
      constructs-lib local submit MyStack MyJob --array 10

    \b
    Keep an embedded AWS running, for the CDK CLI, boto3 and other programs:
      constructs-lib local up
      constructs-lib local deploy MyStack
      constructs-lib local ps
      constructs-lib local logs MyStack
      constructs-lib local advance 30d
      constructs-lib local down
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    leave_out_configuration()
