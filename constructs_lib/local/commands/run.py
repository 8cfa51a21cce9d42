"""``constructs-lib local run``: a stack in an embedded AWS of its own, from its deployment to the outcome."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.console import Console

from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.local.assembly import Assembly, AssemblyError, load
from constructs_lib.local.commands.options import AwsOptions, aws_options, new_directory
from constructs_lib.local.faults.display import show_faults
from constructs_lib.local.synthesis import synthesize


@click.command()
@click.argument("stack")
@click.option(
    "--items",
    required=True,
    type=click.File("r", encoding="utf-8"),
    help="File with a JSON array; - reads standard input.",
)
@click.option("--app", help="Command that synthesizes the app. Default: `app` in cdk.json.")
@click.option("--assembly", type=click.Path(path_type=Path), help="Take this cdk.out instead of synthesizing.")
@click.option("--state-machine", help="Logical id of the state machine, when the stack has several.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Directory for logs and results. Default: a new one in build/local.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object: status, output, error, cause, jobs, results."
)
@aws_options
def run(
    *,
    stack: str,
    items: Any,
    app: str | None,
    assembly: Path | None,
    state_machine: str | None,
    output: Path | None,
    as_json: bool,
    aws_options: AwsOptions,
) -> None:
    """Deploy STACK into an embedded AWS and run its state machine over a list of items.

    The input of the state machine is {"items": [...]}. Each job runs as a process of this machine, by the ENTRYPOINT
    and CMD of its image's Dockerfile.

    \b
    Examples:
      constructs-lib local run ArrayStack --items items.json
      echo '[1, 2, 3]' | constructs-lib local run MapStack --items - --json
      constructs-lib local run MyStack --items items.json --app "python3 my_app.py"
      constructs-lib local run MyStack --items items.json --fault reclaim:index=3 --fault throttle:times=2

    Exit code: 0 succeeded, 1 the execution failed, 2 wrong usage.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    payload = {"items": _read_items(items)}
    if app and assembly:
        raise click.UsageError("--app and --assembly exclude each other: give one of them")
    with TemporaryDirectory(prefix="cdk.out-") as temporary:
        try:
            found = load(assembly) if assembly else _synthesize(Path(temporary), app)
            chosen = found.stack(stack)
        except AssemblyError as error:
            raise click.UsageError(str(error)) from None
        directory = output or new_directory(chosen.name)
        from constructs_lib.local.session import Session  # noqa: PLC0415 - moto takes a second: not for --help and errors

        session = Session(found, chosen, directory.absolute(), state_machine=state_machine, make_aws=aws_options.make)
        exit_code = session.run(payload, as_json=as_json)
        if aws_options.faults:
            show_faults(Console(stderr=True), aws_options.faults)
    sys.exit(exit_code)


def _synthesize(output: Path, app: str | None) -> Assembly:
    with Console(stderr=True).status("synthesizing the app"):
        return synthesize(output, app)


def _read_items(file: Any) -> list[Any]:
    name = getattr(file, "name", "-")
    try:
        items = json.loads(file.read())
    except ValueError as error:
        raise click.UsageError(f"--items {name}: not JSON: {error}") from None
    if not isinstance(items, list):
        raise click.UsageError(f'--items {name}: expected a JSON array such as [1, "two"], got {type(items).__name__}')
    size = len(json.dumps({"items": items}, ensure_ascii=False).encode())
    if size > STEP_FUNCTIONS_PAYLOAD_BYTES:
        raise click.UsageError(
            f"--items {name}: {size:,} bytes, an execution's input is at most {STEP_FUNCTIONS_PAYLOAD_BYTES:,} bytes"
        )
    return items
