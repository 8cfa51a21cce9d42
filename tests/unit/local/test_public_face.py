"""What scripts and tests import of the embedded AWS, and that the docs import nothing deeper."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import constructs_lib.local

ROOT = Path(__file__).parents[3]
SOURCE = Path(constructs_lib.local.__file__)
FACES = {
    "constructs_lib",
    "constructs_lib.checks",
    "constructs_lib.local",
    "constructs_lib.ops",
    "constructs_lib.review",
    "constructs_lib.testing",
}
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
DRAWING = {"constructs_lib.cli", "constructs_lib.graph.command", "constructs_lib.graph.mermaid"}
"""Used by the programs that write pages and draw pictures of the docs."""


def sources() -> Iterator[tuple[str, str]]:
    """Every piece of Python in the docs and the README, by where it is."""
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for number, block in enumerate(BLOCK.findall(page.read_text())):
            yield f"{page.relative_to(ROOT)}:{number}", block
    for path in sorted((ROOT / "docs").rglob("*.py")):
        yield str(path.relative_to(ROOT)), path.read_text()


def imported(source: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(source)))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name for name in names if name.partition(".")[0] == "constructs_lib"}


@pytest.mark.parametrize(("place", "source"), list(sources()), ids=[place for place, _ in sources()])
def test_the_docs_import_from_public_faces_only(place: str, source: str) -> None:
    assert imported(source) - FACES - (DRAWING if place.endswith(".py") else set()) == set()


@pytest.mark.parametrize("name", constructs_lib.local.__all__)
def test_a_public_name_is_there_and_documented(name: str) -> None:
    public = getattr(constructs_lib.local, name)
    assert len((inspect.getdoc(public) or "").split()) > 3
    assert name in dir(constructs_lib.local)


def test_the_names_are_sorted_and_known_to_type_checkers() -> None:
    block = next(node for node in ast.parse(SOURCE.read_text()).body if isinstance(node, ast.If))
    nodes = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    late = {f"constructs_lib.local.{module}": set() for module in constructs_lib.local._MODULES.values()}
    for name, module in constructs_lib.local._MODULES.items():
        late[f"constructs_lib.local.{module}"].add(name)
    assert {node.module: {alias.name for alias in node.names} for node in nodes} == late
    assert constructs_lib.local.__all__ == sorted(constructs_lib.local._MODULES)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match=r"'constructs_lib\.local' has no attribute 'EmbeddedAzure'"):
        _ = constructs_lib.local.EmbeddedAzure


def test_to_import_it_costs_nothing_and_a_plan_of_faults_needs_no_moto() -> None:
    script = """
import sys
import constructs_lib
before = set(sys.modules)
import constructs_lib.local
assert set(sys.modules) - before == {"constructs_lib.local", "constructs_lib.extras"}, set(sys.modules) - before
from constructs_lib.local import FaultPlan, Keys, Location, VirtualClock
print(*sorted({"moto", "boto3", "aws_cdk"} & set(sys.modules)))
"""
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (process.returncode, process.stdout.strip()) == (0, ""), process.stderr


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("aws", "EmbeddedAws"),
        ("runners.simulated", "SimulatedRunner"),
        ("runners", "Ending"),
        ("clocks.virtual_clock", "VirtualClock"),
        ("scheduler.jobs.job", "Job"),
        ("faults", "FaultPlan"),
        ("account", "Location"),
        ("runners.container", "find_engine"),
    ],
)
def test_what_users_have_imported_from_deeper_modules_is_still_there(module: str, name: str) -> None:
    deep = __import__(f"constructs_lib.local.{module}", fromlist=[name])
    assert getattr(deep, name) is getattr(constructs_lib.local, name)
