"""The command ``constructs-lib-docker``: what the CDK command line needs of `docker`, without an engine.

`CDK_DOCKER` names it. An image that is built is a copy of its directory in the running embedded AWS, which runs it as
its runner does. Source of the calls: https://github.com/aws/aws-cdk-cli, packages/@aws-cdk/cdk-assets-lib.
"""

import os
import sys
from pathlib import Path

from constructs_lib.local.commands import EXTRAS
from constructs_lib.local.signals import end_at_once

if Path(sys.argv[0]).stem == "constructs-lib-docker":  # and not a test that imports it
    end_at_once()

try:
    import click

    from constructs_lib.local.apps.assembly import ImageAsset
    from constructs_lib.local.commands.failures import words_for
    from constructs_lib.local.control.client import ControlClient, ControlError
    from constructs_lib.terminal import visible
except ModuleNotFoundError as error:
    sys.exit(f"constructs-lib-docker: the package {error.name} is not installed: {EXTRAS}")


@click.group()
@click.option("--config", hidden=True, help="Directory of credentials; none are needed.")
def main(**_: object) -> None:
    """Stand in for docker while the CDK command line deploys into an embedded AWS.

    Knows what the CDK CLI calls: build, inspect, tag, push, login, images. Nothing is executed at build time: jobs run
    by the ENTRYPOINT and CMD of the Dockerfile, in a copy of the build context. An instance whose jobs run in
    containers builds the image from that copy when the first job needs it.

    \b
    Example:
      export CDK_DOCKER=constructs-lib-docker     (printed by `constructs-lib local up`)
      npx cdk deploy --all
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character


@main.command()
@click.argument("context", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--tag", "-t", "name", required=True, help="Name of the image.")
@click.option("--file", "-f", help="The Dockerfile. Default: Dockerfile in the context.")
@click.option("--target", help="The stage to build. Default: the last one.")
@click.option("--build-arg", "build_args", multiple=True, help="NAME=VALUE for an ARG of the Dockerfile.")
@click.option("--platform", help="For which it is built, when jobs run in containers.")
@click.option("--network", help="The network of the build, when jobs run in containers.")
@click.option("--build-context", multiple=True, help="Not looked at.")
@click.option("--secret", multiple=True, help="Not looked at, as above.")
@click.option("--ssh", help="Not looked at, as above.")
@click.option("--output", multiple=True, help="Not looked at, as above.")
@click.option("--cache-from", multiple=True, help="Not looked at, as above.")
@click.option("--cache-to", multiple=True, help="Not looked at, as above.")
@click.option("--no-cache", is_flag=True, help="Not looked at, as above.")
def build(
    *,
    context: Path,
    name: str,
    file: str | None,
    target: str | None,
    build_args: tuple[str, ...],
    platform: str | None,
    network: str | None,
    **_: object,
) -> None:
    """Take a copy of CONTEXT as an image."""
    arguments = dict(item.split("=", 1) for item in build_args if "=" in item)
    dockerfile = _in_context(Path(file), context) if file else "Dockerfile"
    image = ImageAsset(context.absolute(), dockerfile, target, name, arguments, platform=platform, network=network)
    _instance().build(name, image)


@main.command()
@click.argument("name")
def inspect(name: str) -> None:
    """Tell by the exit code whether there is an image: 0 yes, 1 no."""
    _instance().inspect(name)


@main.command()
@click.argument("name")
@click.argument("new_name")
def tag(name: str, new_name: str) -> None:
    """Give an image another name, too."""
    _instance().tag(name, new_name)


@main.command()
@click.argument("name")
def push(name: str) -> None:
    """Let the jobs of the embedded AWS run an image."""
    _instance().push(name)


@main.command()
@click.argument("registry", required=False)
@click.option("--username", "-u")
@click.option("--password-stdin", is_flag=True)
def login(**_: object) -> None:
    """Do nothing: every registry is in the embedded AWS."""
    sys.stdin.read()


@main.command()
@click.option("--format")
@click.option("--filter")
def images(**_: object) -> None:
    """Print nothing: no image is here but those in the embedded AWS."""


def _in_context(file: Path, context: Path) -> str:
    """A Dockerfile by its path in the build context."""
    try:
        return str(Path(os.path.normpath(file.absolute())).relative_to(os.path.normpath(context.absolute())))
    except ValueError:
        raise ControlError(
            f"{file} is not in the build context {context}, of which a copy is kept: move it there"
        ) from None


def _instance() -> ControlClient:
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if not endpoint:
        raise ControlError("AWS_ENDPOINT_URL is not set: take the environment that `constructs-lib local up` prints")
    return ControlClient(endpoint)


def run() -> None:
    """Run the command; what goes wrong is one message and exit code 1, as with docker."""
    try:
        main()
    except ControlError as error:
        sys.exit(visible(f"constructs-lib-docker: {error}"))
    except OSError as error:
        sys.exit(visible(f"constructs-lib-docker: {words_for(error)}"))
