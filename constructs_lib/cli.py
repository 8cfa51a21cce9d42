"""The command ``constructs-lib``."""

import click

from constructs_lib.local.cli import local


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="constructs-lib")
def main() -> None:
    """AWS Batch pipelines: run them on this machine."""


main.add_command(local)
