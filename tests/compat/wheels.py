"""The wheel with its lowest and its newest requirements, on every Python that is here: ``make wheel-test``.

Each has an environment of its own, below build/wheels, and works in an empty directory outside of this repository: a
new project is written, tested, run and checked there. What each takes, of time and of disk, is printed as a table.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
BUILD: Final = ROOT / "build" / "wheels"
RESOLUTIONS: Final = {"lowest": "lowest-direct", "newest": "highest"}
"""What uv calls them; of what is required by others it takes the newest in both."""
STEPS: Final = (
    "constructs-lib init my-pipeline --yes",
    "cd my-pipeline",
    "pytest -q",
    "constructs-lib local run --items items.json",
    "constructs-lib check",
)


def main(names: Sequence[str]) -> None:
    """Test all, or those that are named, such as ``3.13`` or ``lowest``, and fail when one fails."""
    shutil.rmtree(BUILD, ignore_errors=True)
    uv = _uv()
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(BUILD)], cwd=ROOT, check=True)
    [wheel] = BUILD.glob("*.whl")
    _tell("Python  requirements  install  disk     works")
    failed = []
    for version, python in pythons():
        for resolution in RESOLUTIONS:
            if {version, resolution} & {*names} or not names:
                environment = BUILD / f"{version}-{resolution}"
                started = time.monotonic()
                _install(uv, python, environment, wheel, resolution)
                seconds, size = time.monotonic() - started, _megabytes(environment)
                works = _works(environment)
                failed += [] if works else [environment.name]
                result = "yes" if works else "no"
                _tell(f"{version:6}  {resolution:12}  {seconds:5.0f} s  {size:4.0f} MB  {result}")
    if failed:
        sys.exit(f"does not work: {', '.join(failed)}; what they printed is beside them in {BUILD}")


def pythons() -> Iterator[tuple[str, Path]]:
    """Every Python that is supported and is here: its version, and its program."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    places = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in re.findall(r"Python :: (3\.\d+)", "\n".join(wanted)):
        own = sys.executable if version == "{}.{}".format(*sys.version_info) else None
        found = [own, *sorted(places.glob(f"{version}.*/bin/python")), shutil.which(f"python{version}")]
        if python := next(filter(None, found), None):
            yield version, Path(python)


def _uv() -> Path:
    """The program that finds lowest requirements, in an environment of its own."""
    environment = BUILD / "uv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"], check=True)
    return environment / "bin" / "uv"


def _install(uv: Path, python: Path, environment: Path, wheel: Path, resolution: str) -> None:
    pins, into = BUILD / f"{environment.name}.txt", ["--python", str(environment / "bin" / "python")]
    found = ["--resolution", RESOLUTIONS[resolution], "--extra", "all", "--output-file", str(pins)]
    calls = (
        ["venv", "--python", str(python), str(environment)],
        ["pip", "compile", *into, *found, str(ROOT / "pyproject.toml")],
        ["pip", "install", *into, "--requirement", str(pins)],
        ["pip", "install", *into, "--no-deps", str(wheel)],
    )
    for arguments in calls:
        subprocess.run([uv, "--quiet", *arguments], check=True, stdout=subprocess.DEVNULL)


def _works(environment: Path) -> bool:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_", "PYTHON"))}
    with tempfile.TemporaryDirectory() as elsewhere, (BUILD / f"{environment.name}.log").open("w") as log:
        done = subprocess.run(
            ["bash", "-e", "-x", "-c", "\n".join(STEPS)],
            cwd=elsewhere,
            env={**kept, "PATH": f"{environment / 'bin'}{os.pathsep}{os.defpath}"},
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return done.returncode == 0


def _megabytes(directory: Path) -> float:
    return sum(path.lstat().st_size for path in directory.rglob("*") if not path.is_dir()) / 1e6


def _tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - what it measures


if __name__ == "__main__":
    main(sys.argv[1:])
