"""``constructs-lib local deploy``: stacks into a running instance."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from constructs_lib.local.account import Location
from constructs_lib.local.apps.assembly import Assembly, AssemblyStack
from constructs_lib.local.apps.synthesis import NAME_CONSTRUCTS
from constructs_lib.local.commands.apps import app_options, opened
from constructs_lib.local.commands.endpoint import endpoint_option, find, keys_of, refused
from constructs_lib.local.commands.names import Name
from constructs_lib.local.control.client import ControlClient
from constructs_lib.terminal import visible

if TYPE_CHECKING:
    from constructs_lib.local.apps.deployment import Deployer


@click.command(short_help="Deploy stacks into a running embedded AWS.")
@click.argument("stacks", nargs=-1, type=Name())
@click.option("--all", "every", is_flag=True, help="Deploy all stacks of the app.")
@app_options
@endpoint_option
def deploy(
    *, stacks: tuple[str, ...], every: bool, app: str | None, assembly: Path | None, endpoint: str | None
) -> None:
    """Deploy STACKS, or all of them, and what they depend on, into a running embedded AWS, or update them.

    It needs no bootstrap and no CDK command line. Images are not built: their directories are copied, and jobs run by
    the ENTRYPOINT and CMD of the Dockerfile. Resources that are not emulated are left out and listed.

    \b
    Examples:
      constructs-lib local deploy ArrayStack
      constructs-lib local deploy MyStack OtherStack --app "python3 my_app.py"
      constructs-lib local deploy --all
      constructs-lib local deploy MyStack --assembly cdk.out --endpoint http://127.0.0.1:4566

    Exit code: 0 deployed; 1 CloudFormation refused it, or the instance is gone; 2 wrong usage, an app or an assembly
    that is broken, or nothing is running; 3 the deployment was rolled back.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    if bool(stacks) == every:
        raise click.UsageError(
            "name stacks, or give --all" if not every else "name stacks, or give --all, and not both"
        )
    instance = find(endpoint)
    with opened(app, assembly, context=NAME_CONSTRUCTS) as found:
        wanted = [found.stack(name) for name in stacks] if stacks else list(found.stacks)
        if not wanted:
            raise click.UsageError("this app has no stack")
        deployer = _deployer(instance)
        for stack in _order(found, wanted):
            _deploy(stack, instance, deployer)


def _deployer(instance: ControlClient) -> "Deployer":
    from constructs_lib.local.apps.deployment import Deployer  # noqa: PLC0415 - as above
    from constructs_lib.local.client.clients import everywhere  # noqa: PLC0415 - boto3: not for --help and errors

    url, first = instance.endpoint_url, refused(instance.location)
    at = everywhere(url, keys_of(url), first)

    def client(service: str, location: Location) -> Any:
        return at(location)(service)

    return Deployer(client, first)


def _order(assembly: Assembly, wanted: list[AssemblyStack]) -> list[AssemblyStack]:
    order = {stack.id: stack for item in wanted for stack in assembly.deployment_order(item)}
    return list(order.values())


def _deploy(stack: AssemblyStack, instance: ControlClient, deployer: "Deployer") -> None:
    from constructs_lib.local.apps.deployment import DeploymentError, RolledBackError  # noqa: PLC0415 - as above
    from constructs_lib.local.runs.display import show_left_out  # noqa: PLC0415 - as above
    from constructs_lib.local.runs.ending import ROLLED_BACK  # noqa: PLC0415 - as above

    for image in stack.images:
        refused(partial(instance.build, image.tag, image))
        instance.push(image.tag)
    try:
        deployment = deployer.deploy(stack)
    except DeploymentError as error:
        if isinstance(error, RolledBackError):
            click.echo(visible(f"Error: {error}"), err=True)
            sys.exit(ROLLED_BACK)
        raise click.ClickException(str(error)) from None
    click.echo(visible(f"deployed {deployment.name}: {len(deployment.resources)} resources"))
    for name, value in deployment.outputs.items():
        click.echo(visible(f"  {name} = {value}"))
    show_left_out(Console(stderr=True), deployment)
