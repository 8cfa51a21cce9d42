"""The command ``constructs-lib local``."""

import click

from constructs_lib.local.commands.deploy import deploy
from constructs_lib.local.commands.down import down
from constructs_lib.local.commands.faults import faults
from constructs_lib.local.commands.logs import logs
from constructs_lib.local.commands.ps import ps
from constructs_lib.local.commands.run import run
from constructs_lib.local.commands.up import up


@click.group()
def local() -> None:
    """Run synthesized stacks on this machine: no account, no Docker, no network.

    \b
    In one process, from deployment to outcome:
      constructs-lib local run MyStack --items items.json

    \b
    An AWS that stays, for the CDK CLI, boto3 and everything else:
      constructs-lib local up
      constructs-lib local deploy MyStack
      constructs-lib local ps
      constructs-lib local logs MyStack
      constructs-lib local down
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character


for command in (run, up, deploy, ps, logs, down, faults):
    local.add_command(command)
