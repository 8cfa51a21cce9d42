"""The command ``constructs-lib``."""

import sys

EXTRAS = "pip install 'constructs-lib[cli,local]'"

try:
    import click

    from constructs_lib.graph.command import graph
    from constructs_lib.local.cli import local
    from constructs_lib.ops.rerun_command import rerun
except ModuleNotFoundError as error:
    # The constructs do not need what the command needs, so it may not be installed.
    sys.exit(f"constructs-lib: the package {error.name} is not installed: {EXTRAS}")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="constructs-lib")
def main() -> None:
    """AWS Batch pipelines: run them on this machine, see what they do, and run again what failed."""


main.add_command(local)
main.add_command(graph)
main.add_command(rerun)
