"""Imports, with what Windows lacks taken away, all that is for Windows, too: ``python -m tests.unit.as_on_windows``.

Packages of others look for themselves at the system that they run on, so they are imported first.
"""

# ruff: noqa: F401 - imported for others

import asyncio
import http.server
import multiprocessing
import os
import signal
import sys
import tarfile
import tempfile
import unittest.mock
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

import aws_cdk
import boto3
import cfnlint.template
import click.testing
import jinja2
import pytest
import rich.progress
import syrupy

MODULES: Final = ("fcntl", "grp", "pwd", "readline", "resource", "syslog", "termios", "tty", "pty")
SIGNALS: Final = ("ALRM", "CHLD", "CONT", "HUP", "KILL", "QUIT", "STOP", "TSTP", "USR1", "USR2")
CONSTANTS: Final = ("O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK")
USERS: Final = ("chown", "geteuid", "getgid", "getuid")
PROCESSES: Final = ("fork", "getpgid", "killpg", "register_at_fork", "sched_getaffinity", "setpgid", "setsid", "waitid")
REST: Final = ("mkfifo", "uname")
LIBRARY: Final = Path(__file__).parents[2] / "constructs_lib"
EMBEDDED: Final = {"constructs_lib.testing.local_aws"}
EMBEDDED_NAMES: Final = {"DeployedStack", "LocalAws", "MockError", "MockResult"}
"""What needs the embedded AWS, which is for Linux and macOS, besides `constructs_lib.local`."""


def take_away() -> None:
    """Let this process be without what Windows does not have."""
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment] # so that importing it fails
    for name in SIGNALS:
        if hasattr(signal, f"SIG{name}"):
            delattr(signal, f"SIG{name}")
    for name in (*CONSTANTS, *USERS, *PROCESSES, *REST):
        if hasattr(os, name):
            delattr(os, name)


def for_windows() -> Iterator[str]:
    """The names of all modules that run there."""
    for path in sorted(LIBRARY.rglob("*.py")):
        parts = path.relative_to(LIBRARY.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if parts[1] != "local" and parts[1:3] != ("init", "templates") and name not in EMBEDDED:
            yield name


def main(arguments: list[str]) -> None:
    """Run the command with these arguments; without any, import everything."""
    take_away()
    if arguments:
        import_module("constructs_lib.cli").main(arguments)
    for module in for_windows():
        import_module(module)
        print(module)  # noqa: T201 - what the test looks at
    for module in ("constructs_lib", "constructs_lib.testing"):
        public = import_module(module)
        for name in set(public.__all__) - EMBEDDED_NAMES:
            getattr(public, name)


if __name__ == "__main__":
    main(sys.argv[1:])
