"""Finds the container engine of this machine, docker or podman, and calls it by its command line."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ENGINE = "CONSTRUCTS_LIB_ENGINE"
"""Variable with the engine's words: ``podman``, or with options of its own ``podman --runtime runc``."""

CREATE = "CONSTRUCTS_LIB_ENGINE_CREATE"
"""Variable with further words for ``create``, such as ``--ulimit nofile=1024:1024``."""

BUILD = "CONSTRUCTS_LIB_ENGINE_BUILD"
"""Variable with further words for ``build``, such as ``--isolation chroot``."""

_KNOWN = ("docker", "podman")
_ANSWER_SECONDS = 30.0
_HOST = "host.docker.internal"
"""What an engine that runs in a virtual machine calls the machine around it."""
_OF_THIS_MACHINE = re.compile(r"//(?:127\.0\.0\.1|localhost)(:\d+)")


class EngineError(Exception):
    """The engine refused a call; the message is the engine's own."""


class NoEngineError(Exception):
    """There is no engine that answers."""


@dataclass(frozen=True, slots=True)
class ContainerEngine:
    """A container engine.

    Args:
        words: how it is called.
        limits_memory: whether it can limit the memory of a container.
        limits_cpu: whether it can limit the time on processors.
        shares_network: whether a container can have this machine's network; it cannot when the engine runs in a
            virtual machine.
        create_words: further words for ``create``.
        build_words: further words for ``build``.
    """

    words: tuple[str, ...]
    limits_memory: bool = True
    limits_cpu: bool = True
    shares_network: bool = True
    create_words: tuple[str, ...] = ()
    build_words: tuple[str, ...] = ()

    def argv(self, *words: str) -> list[str]:
        """The words of a call."""
        return [*self.words, *words]

    def call(self, *words: str) -> str:
        """Call it, and return what it writes.

        Raises:
            EngineError: it refuses.
        """
        argv = self.argv(*words)
        try:
            done = subprocess.run(
                argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
            )
        except OSError as error:  # more variables than a call can have, or the program is gone
            raise EngineError(f"{argv[0]}: {error.strerror or error}") from error
        if done.returncode:
            raise EngineError(last_line(done.stderr) or f"{shlex.join(self.argv(*words[:1]))}: exit {done.returncode}")
        return done.stdout.strip()

    def reached_from_inside(self, url: str) -> str:
        """The URL by which a container reaches what this machine serves on 127.0.0.1 or localhost."""
        return url if self.shares_network else _OF_THIS_MACHINE.sub(rf"//{_HOST}\1", url)


def last_line(text: str) -> str:
    """The last line that says something, without the prefix that engines give to errors."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("Error: ").removeprefix("ERROR: ") if lines else ""


def find_engine(environ: Mapping[str, str] = os.environ) -> ContainerEngine:
    """Find an engine that answers: the one that a variable names, else docker, else podman.

    Raises:
        NoEngineError: there is none; it tells which were asked and what to do.
    """
    named = shlex.split(environ.get(ENGINE, ""))
    problems = []
    for words in [named] if named else [[name] for name in _KNOWN]:
        if shutil.which(words[0]) is None:
            problems.append(f"{words[0]} is not on PATH")
            continue
        try:
            return _engine(words, _info(words), environ)
        except EngineError as error:
            problems.append(f"{shlex.join(words)} does not answer ({error})")
    raise NoEngineError(
        f"no container engine: {'; '.join(problems)}. Jobs of --runner container run by docker or podman: install or "
        f"start one, name another one in {ENGINE}, or take --runner process, which needs none"
    )


def _info(words: Sequence[str]) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [*words, "info", "--format", "{{json .}}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=False,
        )
        info = json.loads(done.stdout or "{}")
    except subprocess.TimeoutExpired:
        raise EngineError(f"nothing within {_ANSWER_SECONDS:g} s") from None
    except (OSError, ValueError) as error:
        raise EngineError(str(error)) from error
    # Some versions of docker answer with exit code 0 and a list of what is wrong.
    if done.returncode or info.get("ServerErrors") or not isinstance(info, dict):
        raise EngineError(last_line(done.stderr) or "; ".join(info.get("ServerErrors", [])))
    return info


def _engine(words: Sequence[str], info: dict[str, Any], environ: Mapping[str, str]) -> ContainerEngine:
    host = info.get("host")  # podman has it, also under the name of docker
    if host:
        controllers = host.get("cgroupControllers") or []
        limits_memory, limits_cpu = "memory" in controllers, "cpu" in controllers
        is_remote = bool(host.get("serviceIsRemote"))
    else:
        limits_memory, limits_cpu = bool(info.get("MemoryLimit")), bool(info.get("CpuCfsQuota"))
        is_remote = "Docker Desktop" in str(info.get("OperatingSystem"))
    return ContainerEngine(
        tuple(words),
        limits_memory=limits_memory,
        limits_cpu=limits_cpu,
        shares_network=sys.platform == "linux" and not is_remote,
        create_words=tuple(shlex.split(environ.get(CREATE, ""))),
        build_words=tuple(shlex.split(environ.get(BUILD, ""))),
    )
