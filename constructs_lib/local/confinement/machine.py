"""What of a developer's machine is nobody's business, and what of it programs cannot do without.

Homes have keys of real accounts, and tokens of all kinds; the directories of sessions have sockets of agents. But a
virtual environment, a Python or a tool may be below a home, too: they are shown again.
"""

import json
import os
import pwd
import site
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from constructs_lib.local.confinement.view import TEMPORARY

_FILES = (
    *("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    *("GOOGLE_APPLICATION_CREDENTIALS", "KUBECONFIG", "NETRC", "PIP_CONFIG_FILE", "SSH_AUTH_SOCK"),
)
"""Variables that name files with secrets, wherever they are."""
_SOCKETS = (
    *("/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock"),
    *("/run/crio/crio.sock", "/run/buildkit/buildkitd.sock"),
)
"""Whoever talks to these is root."""
_SHIMS = "/shims"
"""Directories whose programs only start a manager of versions, which is hidden."""


def hidden_directories() -> list[Path]:
    """The homes of the user, the directories of the session, and those of this library's instances and caches."""
    named = [os.environ.get(name) for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")]
    return _existing([*filter(None, named), _home_of_user(), f"/run/user/{os.getuid()}"], Path.is_dir)


def masked_files() -> list[Path]:
    """Files and sockets by which one gets further."""
    engine = os.environ.get("DOCKER_HOST", "")
    named = [os.environ.get(name, "") for name in _FILES] + [engine.removeprefix("unix://"), *_SOCKETS]
    return _existing(filter(None, named), lambda path: not path.is_dir())


def readable_directories(homes: Iterable[Path], runs: Path) -> list[Path]:
    """What of Python and of the tools is hidden by these directories, or by what is temporary.

    Args:
        homes: the directories that are the user's.
        runs: that of runs; it is hidden, whatever is shown around it.
    """
    above = [*homes, Path(TEMPORARY).resolve()]
    tools = [name for name in os.environ.get("PATH", os.defpath).split(os.pathsep) if not name.endswith(_SHIMS)]
    wanted = _existing([*_of_python(), *tools], Path.is_dir)
    found = [path for path in wanted if any(path.is_relative_to(directory) for directory in (*above, runs))]
    # Nobody shows a home because it is on PATH, or is where Python was started.
    shown = [path for path in found if not any(directory.is_relative_to(path) for directory in above)]
    # What is below one that is shown is shown with it, unless runs are between them.
    return [path for path in shown if not any(_is_shown_by(other, path, runs) for other in shown)]


def _is_shown_by(other: Path, path: Path, runs: Path) -> bool:
    is_between = path.is_relative_to(runs) and runs.is_relative_to(other)
    return path != other and path.is_relative_to(other) and not is_between


def _of_python() -> Iterator[str]:
    """Where the Python that runs us is, and what it imports that is installed."""
    yield from (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)
    yield str(Path(sys.executable).resolve().parent)
    for directory in sites():
        yield str(directory)
        for path in directory.glob("*.pth"):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            yield from (line for line in lines if line.startswith("/"))
        for path in directory.glob("*.dist-info/direct_url.json"):
            yield from _editable(path)


def sites() -> list[Path]:
    """The directories of what is installed for the Python that runs us."""
    named = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        named.append(site.getusersitepackages())
    return _existing(named, Path.is_dir)


def _editable(path: Path) -> Iterator[str]:
    """The directory of a project that is installed as it stands there."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if told.get("dir_info", {}).get("editable"):
        yield unquote(urlsplit(told["url"]).path)


def _home_of_user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return ""


def _existing(names: Iterable[str], is_right: Callable[[Path], bool]) -> list[Path]:
    """The paths that are there, each once and without links; never the root of everything."""
    paths = (Path(name).resolve() for name in names if os.path.isabs(name))  # noqa: PTH117 - a text of the environment
    return list(dict.fromkeys(path for path in paths if path != Path("/") and path.exists() and is_right(path)))
