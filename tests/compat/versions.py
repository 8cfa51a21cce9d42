"""The synth part of the suite under the lowest and the newest versions that pyproject.toml allows: ``make compat``.

Each has a virtual environment of its own, which is brought up to date by every run. Snapshots are compared as they are,
but for what tests/snapshot/conftest.py lists: a version whose templates differ otherwise is not supported.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENVS = ROOT / ".venv-compat"
WINGS = (
    "access",
    "compute",
    "costs",
    "delivery",
    "images",
    "jobs",
    "network",
    "queues",
    "stacks",
    "storage",
    "workflows",
)
SUITES = (
    "tests/compat",
    "tests/snapshot",
    *(f"tests/unit/{wing}" for wing in WINGS),
    "tests/unit/test_public_surface.py",
)
# What a version of aws-cdk-lib asks for in a version of its own.
ITS_OWN = ("attrs", "aws-cdk", "cattrs", "constructs", "jsii", "publication", "typeguard")

_RANGE = re.compile(r"(?P<name>[\w-]+)>=(?P<lowest>[\d.]+),")


def requirements() -> dict[str, list[str]]:
    """What is installed for each run: the lower bounds of all ranges, and what pip finds in them."""
    newest: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    bounds = [match for text in newest if (match := _RANGE.match(text))]
    return {"lowest": [f"{bound['name']}=={_full(bound['lowest'])}" for bound in bounds], "newest": newest}


def main(names: Sequence[str]) -> None:
    """Run all, or those that are named, and fail when one fails."""
    failed = [
        name for name, wanted in requirements().items() if name in (names or [name]) and not _passes(name, wanted)
    ]
    if failed:
        sys.exit(f"does not pass under the {' and the '.join(failed)} versions")


def _passes(name: str, wanted: Sequence[str]) -> bool:
    python = VENVS / name / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", VENVS / name], check=True)
    constraints = VENVS / "constraints.txt"
    constraints.write_text("".join(_constraints()))
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--upgrade", "-c", constraints, "-e", f"{ROOT}[dev]", *wanted], check=True)
    found = subprocess.run([*pip, "freeze"], check=True, capture_output=True, text=True).stdout
    versions = [line for line in found.splitlines() if line.startswith(("aws-cdk-lib=", "constructs=", "jsii="))]
    print(f"{name}: {', '.join(versions)}", flush=True)  # noqa: T201 - what is being tested
    tests = [python, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-n", "2", "--dist", "loadfile", *SUITES]
    return subprocess.run(tests, cwd=ROOT, check=False).returncode == 0


def _constraints() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines(keepends=True)
    return [line for line in lines if not line.startswith(ITS_OWN)]


def _full(version: str) -> str:
    return ".".join([*version.split("."), "0", "0"][:3])


if __name__ == "__main__":
    main(sys.argv[1:])
