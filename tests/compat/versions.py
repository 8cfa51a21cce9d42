"""The synth part of the suite under the versions that pyproject.toml allows: ``make compat``.

They are the lowest, without what needs a newer aws-cdk-lib (`NEED_A_NEWER_ONE`), the oldest that everything works with,
and the newest. Each has a virtual environment of its own, which is brought up to date by every run. Snapshots are
compared as they are, but for what tests/snapshot/conftest.py lists: a version whose templates differ otherwise is not
supported.
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
COMPLETE = "2.274.0"
"""The oldest aws-cdk-lib that has something for every public name, and renders the templates of the snapshots."""
NEED_A_NEWER_ONE = (
    # The stacks that show everything, and what this repository's own ones are judged by (`Validations`, cdk-nag).
    "tests/snapshot/test_examples.py",
    "tests/snapshot/test_stacks.py",
    "tests/unit/stacks/test_stacks.py",
    # The names of constructs_lib/newer.py.
    "tests/unit/compute/ec2/test_what_instances_start_with.py",
    "tests/unit/compute/managed_instances/test_environment.py",
    "tests/unit/compute/test_fixed_name.py",
    "tests/unit/costs/test_costs.py::TestTags::test_they_are_on_all_that_costs_something",
    "tests/unit/jobs/placement/test_fit.py",
    "tests/unit/jobs/several_containers/test_job.py::test_options_of_the_definition",
    "tests/unit/network/test_way_out.py",
    "tests/unit/queues/test_rate_limit.py",
    "tests/unit/storage/test_s3_files_storage.py",
    "tests/unit/test_public_surface.py",
)
# cdk-nag needs an aws-cdk-lib newer than the lowest.
JUDGES = ("cdk-nag",)
# What a version of aws-cdk-lib asks for in a version of its own.
ITS_OWN = ("attrs", "aws-cdk", "cattrs", "constructs", "jsii", "publication", "typeguard")

_RANGE = re.compile(r"(?P<name>[\w-]+)>=(?P<lowest>[\d.]+),")


def requirements() -> dict[str, list[str]]:
    """What is installed for each run: the lower bounds of all ranges, one in between, and what pip finds in them."""
    newest: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    bounds = [match for text in newest if (match := _RANGE.match(text))]
    return {
        "lowest": [f"{bound['name']}=={_full(bound['lowest'])}" for bound in bounds],
        "complete": [f"aws-cdk-lib=={COMPLETE}"],
        "newest": newest,
    }


def tools(name: str) -> list[str]:
    """What the tests of a run are run with: all of the extra ``dev`` that its aws-cdk-lib allows."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = [text for text in extras["dev"] if not text.startswith("constructs-lib")]
    return [text for text in named if not (name == "lowest" and text.startswith(JUDGES))]


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
    subprocess.run(
        [*pip, "install", "--upgrade", "-c", constraints, "-e", f"{ROOT}[all]", *tools(name), *wanted], check=True
    )
    found = subprocess.run([*pip, "freeze"], check=True, capture_output=True, text=True).stdout
    versions = [line for line in found.splitlines() if line.startswith(("aws-cdk-lib=", "constructs=", "jsii="))]
    print(f"{name}: {', '.join(versions)}", flush=True)  # noqa: T201 - what is being tested
    leave_out = NEED_A_NEWER_ONE if name == "lowest" else ()
    left_out = [f"--{'deselect' if '::' in test else 'ignore'}={test}" for test in leave_out]
    options = ["-p", "no:cacheprovider", "-q", "-n", "2", "--dist", "loadfile", *left_out]
    suites = [suite for suite in SUITES if suite not in leave_out]
    tests = [python, "-m", "pytest", *options, *suites]
    return subprocess.run(tests, cwd=ROOT, check=False).returncode == 0


def _constraints() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines(keepends=True)
    return [line for line in lines if not line.startswith(ITS_OWN)]


def _full(version: str) -> str:
    return ".".join([*version.split("."), "0", "0"][:3])


if __name__ == "__main__":
    main(sys.argv[1:])
