"""The container engine of the tests, and ``make engine``, which makes one where none can run their image.

It is podman with runc, as the distribution has them. All that it has is below build/, so that it shares nothing with an
engine that this machine has already; and its one image is made of this machine's own Python: no registry is asked.
"""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from constructs_lib.local.runners.container import ContainerEngine, EngineError, NoEngineError, find_engine
from constructs_lib.local.runners.container.engine import BUILD, CREATE, ENGINE

IMAGE = "public.ecr.aws/docker/library/python:3.13-slim"

HERE = Path(__file__).parents[2] / "build" / "engine"
_DIRECTORIES = [f"--{name}={HERE / name}" for name in ("root", "runroot", "tmpdir")]
# A store that is no mount of its own can be removed like any directory, by `make clean`.
_STORAGE = ["--storage-driver=overlay", "--storage-opt=overlay.skip_mount_home=true"]
# The limits and the network are those of a machine that may neither raise limits nor make networks: itself a container
# or a small virtual machine perhaps.
MADE = {
    ENGINE: shlex.join(["podman", "--runtime=runc", *_DIRECTORIES, *_STORAGE]),
    CREATE: "--ulimit nofile=1024:1024 --ulimit nproc=4096:4096",
    BUILD: "--isolation chroot --network host",
}

PROGRAMS = ("cat", "sh", "sleep", "true")
# pip, and what container/Dockerfile asks it for: it need not be fetched for a build.
PACKAGES = ("pip", "obstore", "typing-extensions")
UNUSED = {"EXTERNALLY-MANAGED", "__pycache__", "dist-packages", "ensurepip", "idlelib", "site-packages", "test"}


@cache
def usable() -> Mapping[str, str] | None:
    """The variables by which the embedded AWS finds an engine that can run the image; nothing when none can.

    An engine that somebody names by such a variable goes before the one that was made, and that before all others.
    """
    for variables in [MADE, {}] if HERE.exists() and ENGINE not in os.environ else [{}]:
        try:
            _prove(find_engine({**os.environ, **variables}))
        except (NoEngineError, EngineError):
            continue
        return variables
    return None


def main() -> None:
    """Make sure that there is an engine, or tell what it lacks."""
    if usable() is None:
        try:
            _install()
            _make()
        except (NoEngineError, EngineError, subprocess.CalledProcessError) as error:
            sys.exit(f"make engine: there is none: {error}")
        usable.cache_clear()
    engine = find_engine({**os.environ, **(usable() or {})})
    sys.stdout.write(f"The tests run containers by: {shlex.join(engine.words)}\n")


def _prove(engine: ContainerEngine) -> None:
    """Run a container, of an image that is pulled unless it is there."""
    engine.call("run", "--rm", "--network", "host", *engine.create_words, IMAGE, "python", "-c", "import json, ssl")


def _install() -> None:
    lacking = [program for program in ("podman", "runc") if shutil.which(program) is None]
    if not lacking:
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise NoEngineError(f"{' and '.join(lacking)} not on PATH, and only root can install by apt-get")
    for words in (["update"], ["install", "--yes", "--no-install-recommends", *lacking]):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "-qq", *words], check=True, env=quiet, stdout=subprocess.DEVNULL)


def _make() -> None:
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir(parents=True, exist_ok=True)
    root = HERE / "image.tar"
    with tarfile.open(root, "w") as archive:
        _pack(archive)
    engine = find_engine({**os.environ, **MADE})
    engine.call("import", "--change", "ENV PYTHONPATH=/packages", str(root), IMAGE)
    root.unlink()
    _prove(engine)


def _pack(archive: tarfile.TarFile) -> None:
    """Pack the programs of the tests, Python, its packages, and the libraries of all."""
    python, library = Path(sys.executable).resolve(), Path(sysconfig.get_path("stdlib"))
    programs = {f"/bin/{name}": Path(shutil.which(name) or name).resolve() for name in PROGRAMS}
    programs["/usr/local/bin/python"] = python
    packages = {
        f"/packages/{file}": Path(str(file.locate()))
        for name in PACKAGES
        for file in distribution(name).files or []
        if not {"..", "__pycache__"} & set(file.parts)
    }
    modules = [path for path in [*(library / "lib-dynload").iterdir(), *packages.values()] if path.suffix == ".so"]
    libraries = {os.path.normpath(path): path.resolve() for path in _libraries([*programs.values(), *modules])}
    # Python finds its library from where it is.
    for name, path in {**programs, **libraries, **packages, f"/usr/local/lib/{library.name}": library}.items():
        archive.add(path, name, filter=_used)
    link, scratch = tarfile.TarInfo("/usr/local/bin/python3"), tarfile.TarInfo("/tmp")  # noqa: S108 - the image's
    link.type, link.linkname = tarfile.SYMTYPE, "python"
    scratch.type, scratch.mode = tarfile.DIRTYPE, 0o1777
    archive.addfile(link)
    archive.addfile(scratch)


def _used(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    name = Path(member.name).name
    unused = name in UNUSED or name.startswith("config-")  # what programs are linked with that contain Python
    return None if unused else member.replace(uid=0, gid=0, uname="root", gname="root", deep=False)


def _libraries(programs: Sequence[Path]) -> Iterator[Path]:
    """What the dynamic loader loads for programs."""
    listed = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False).stdout
    for line in listed.splitlines():
        words = [word for word in line.split() if word.startswith("/") and not word.endswith(":")]
        yield from map(Path, words)


if __name__ == "__main__":
    main()
