"""Fetches what is wanted and not here, once for all runs: by uv where it is, else by pip.

A directory in the cache has what one list of requirements has brought for one Python. It is filled under another name
and renamed when it is complete; processes that want the same wait for each other.
Source: https://pip.pypa.io/en/stable/cli/pip_install/
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from constructs_lib.local.pythons.wanted import Requirements
from constructs_lib.local.supervisor import Supervisor

_SECONDS = 1800.0


class CannotInstallError(Exception):
    """What is wanted cannot be had; the text says why, in one line."""


def cache_directory() -> Path:
    """Where it is kept: below ``XDG_CACHE_HOME``, or ``~/.cache``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "constructs-lib" / "python"


def installed_site(wanted: Requirements, cache: Path, supervisor: Supervisor) -> Path:
    """The directory with what is wanted; it is filled when nobody has done that before.

    Args:
        wanted: what.
        cache: where it is kept.
        supervisor: starts what fetches it, and ends that with this process.

    Raises:
        CannotInstallError: it cannot be had.
    """
    text = "\n".join([sys.version, sysconfig.get_platform(), *wanted.lines, "", *wanted.constraints])
    site = cache / hashlib.sha256(text.encode()).hexdigest()[:32]
    if site.is_dir():
        return site
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _alone(site.with_suffix(".lock")):
            if not site.is_dir():
                _fill(site, wanted, supervisor)
    except OSError as error:
        raise CannotInstallError(f"{error.filename or cache}: {error.strerror or error}") from error
    return site


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fill(site: Path, wanted: Requirements, supervisor: Supervisor) -> None:
    with tempfile.TemporaryDirectory(prefix=f"{site.name}-", dir=site.parent) as name:
        directory = Path(name)
        supervisor.own(directory)
        try:
            target = _fetched(wanted, directory, supervisor)
            target.rename(site)
        finally:
            supervisor.leave(directory)


def _fetched(wanted: Requirements, directory: Path, supervisor: Supervisor) -> Path:
    (directory / "requirements.txt").write_text("\n".join(wanted.lines) + "\n", encoding="utf-8")
    (directory / "constraints.txt").write_text("\n".join(wanted.constraints) + "\n", encoding="utf-8")
    target = directory / "site"
    files = ["-r", str(directory / "requirements.txt"), "-c", str(directory / "constraints.txt")]
    argv = [*_installer(), "--target", str(target), *files]
    with (directory / "output").open("w+b") as output:
        program = supervisor.start(argv, directory=directory, environment=os.environ, output=output)
        try:
            code = program.wait(_SECONDS)
        except TimeoutError as error:
            program.signal(signal.SIGKILL)
            program.wait()
            raise CannotInstallError(f"it took longer than {_SECONDS:g} seconds") from error
        output.seek(0)
        told = output.read().decode(errors="replace")
    if code:
        raise CannotInstallError(_reason(told))
    for script in (target / "bin").glob("*"):
        if script.is_file():  # pip compiles scripts whose names end with .py, too
            _run_by_any_python(script)
    target.mkdir(exist_ok=True)
    return target


def _installer() -> list[str]:
    """The words of a command that installs for the Python that runs us.

    Raises:
        CannotInstallError: there is none.
    """
    if uv := _uv():
        return [uv, "pip", "install", "--quiet", "--python", sys.executable]
    if importlib.util.find_spec("pip"):
        quick = ["--retries", "1", "--timeout", "15", "--no-input", "--disable-pip-version-check"]
        return [sys.executable, "-m", "pip", "install", "--quiet", *quick]
    raise CannotInstallError("neither uv nor pip is here: pip install uv")


def _uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")  # where the package of that name puts it
    return str(beside) if beside.exists() else shutil.which("uv")


def _run_by_any_python(script: Path) -> None:
    """Let a command of a package run by the Python that is first on PATH, and not by the one that installed it."""
    content = script.read_bytes()
    first, end, rest = content.partition(b"\n")
    if first.startswith(b"#!") and b"python" in first:
        script.write_bytes(b"#!/usr/bin/env python" + end + rest)


def _reason(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["it failed without a word"])[-1]
