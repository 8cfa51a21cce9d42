"""The command ``constructs-lib local``."""

import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.local.assembly import Assembly, AssemblyError, Stack, load
from constructs_lib.local.synthesis import synthesize

if TYPE_CHECKING:
    from constructs_lib.local.pipeline import Outcome

GRACE_SECONDS = 5.0
"""After Ctrl-C, jobs get so long to end by themselves."""


@click.group()
def local() -> None:
    """Run synthesized stacks on this machine: no account, no Docker, no network."""


@local.command()
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
    "--parallel", type=click.IntRange(min=1), help="Jobs that run at once on this machine. Default: 4 per processor."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object: status, output, error, cause, jobs, results."
)
def run(
    *,
    stack: str,
    items: Any,
    app: str | None,
    assembly: Path | None,
    state_machine: str | None,
    output: Path | None,
    parallel: int | None,
    as_json: bool,
) -> None:
    """Deploy STACK into an embedded AWS and run its state machine over a list of items.

    The input of the state machine is {"items": [...]}. Each job runs as a process of this machine, by the ENTRYPOINT
    and CMD of its image's Dockerfile.

    \b
    Examples:
      constructs-lib local run ArrayStack --items items.json
      echo '[1, 2, 3]' | constructs-lib local run MapStack --items - --json
      constructs-lib local run MyStack --items items.json --app "python3 my_app.py"

    Exit code: 0 succeeded, 1 the execution failed, 2 wrong usage.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    payload = {"items": _read_items(items)}
    if app and assembly:
        raise click.UsageError("--app and --assembly exclude each other: give one of them")
    try:
        found = load(assembly) if assembly else _synthesize(app)
        chosen = found.stack(stack)
    except AssemblyError as error:
        raise click.UsageError(str(error)) from None
    directory = output or Path("build/local") / f"{chosen.name}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}"
    outcome = _execute(found, chosen, payload, directory.absolute(), state_machine=state_machine, parallel=parallel)
    _report(outcome, directory.absolute(), as_json=as_json)


def _synthesize(app: str | None) -> Assembly:
    with Console(stderr=True).status("synthesizing the app"):
        return synthesize(app)


def _read_items(file: Any) -> list[Any]:
    name = getattr(file, "name", "-")
    try:
        items = json.loads(file.read())
    except ValueError as error:
        raise click.UsageError(f"--items {name}: not JSON: {error}") from None
    if not isinstance(items, list):
        raise click.UsageError(f'--items {name}: expected a JSON array such as [1, "two"], got {type(items).__name__}')
    size = len(json.dumps({"items": items}).encode())
    if size > STEP_FUNCTIONS_PAYLOAD_BYTES:
        raise click.UsageError(
            f"--items {name}: {size:,} bytes, an execution's input is at most {STEP_FUNCTIONS_PAYLOAD_BYTES:,} bytes"
        )
    return items


def _execute(
    assembly: Assembly,
    stack: Stack,
    payload: Any,
    directory: Path,
    *,
    state_machine: str | None,
    parallel: int | None,
) -> "Outcome":
    from constructs_lib.local.aws import EmbeddedAws  # noqa: PLC0415 - moto takes a second: not for --help and errors
    from constructs_lib.local.display import RunProgress  # noqa: PLC0415 - as above
    from constructs_lib.local.pipeline import Execution  # noqa: PLC0415 - as above

    signal.signal(signal.SIGTERM, _interrupt)
    console = Console(stderr=True)
    with EmbeddedAws(directory, parallel=parallel) as aws, RunProgress(console) as progress:
        execution = None
        try:
            progress.step(f"deploying {stack.name}")
            machine = _deploy(aws, assembly, stack, state_machine, console)
            progress.step(f"running {stack.name}")
            execution = Execution(aws, machine, payload)
            return execution.wait(progress.jobs)
        except KeyboardInterrupt:
            progress.step("stopping")
            if execution:
                execution.stop()
            aws.close(GRACE_SECONDS)
            raise click.exceptions.Exit(130) from None


def _report(outcome: "Outcome", directory: Path, *, as_json: bool) -> None:
    from constructs_lib.local.display import show_failures, show_outcome  # noqa: PLC0415 - as above
    from constructs_lib.local.pipeline import save_results  # noqa: PLC0415 - as above

    errors = Console(stderr=True)
    save_results(outcome, directory)
    show_outcome(errors if as_json else Console(), outcome, directory)
    if as_json:
        sys.stdout.write(outcome.to_json() + "\n")
    if not outcome.succeeded:
        show_failures(errors, outcome)
        raise click.exceptions.Exit(1)


def _deploy(aws: Any, assembly: Assembly, stack: Stack, state_machine: str | None, errors: Console) -> str:
    from constructs_lib.local.cloudformation import DeploymentError  # noqa: PLC0415 - as above

    try:
        deployments = [aws.deploy(item) for item in assembly.deployment_order(stack)]
    except DeploymentError as error:
        raise click.UsageError(str(error)) from None
    for deployment in deployments:
        if deployment.not_emulated:
            left_out = ", ".join(deployment.not_emulated)
            errors.print(f"[dim]stack {deployment.name} without what is not emulated: {left_out}[/]", highlight=False)
    try:
        machine: str = deployments[-1].state_machine(state_machine)
    except LookupError as error:
        raise click.UsageError(str(error)) from None
    return machine


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
