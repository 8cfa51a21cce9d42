"""The wheel and the sdist are the package as it stands here: all that it reads, and nothing of tests and caches.

What is installed from the wheel is what tests/docs/test_getting_started.py works with.
"""

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
BUILD = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
COPIED: dict[str, str] = BUILD["force-include"]
"""What stands elsewhere in this repository, and what it is called in the wheel."""


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> zipfile.ZipFile:
    [path] = distributions.glob("constructs_lib-*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def contents(wheel: zipfile.ZipFile) -> dict[str, int]:
    """The size of each file of the package in the wheel, by its path."""
    return {
        entry.filename: entry.file_size for entry in wheel.infolist() if entry.filename.startswith("constructs_lib/")
    }


def sources(directory: Path, name: str) -> dict[str, int]:
    """The size of each file below a directory, as they are called in the wheel."""
    paths = [directory] if directory.is_file() else [path for path in directory.rglob("*") if path.is_file()]
    names = {path: str(PurePosixPath(name, *path.relative_to(directory).parts)) for path in paths}
    return {names[path]: path.stat().st_size for path in paths if "__pycache__" not in path.parts}


def test_the_wheel_has_all_files_of_the_package_and_no_other(contents: dict[str, int]) -> None:
    expected = sources(ROOT / "constructs_lib", "constructs_lib")
    for source, name in COPIED.items():
        expected |= sources(ROOT / source, name)
    assert contents == expected


@pytest.mark.parametrize(
    "name",
    [
        "constructs_lib/py.typed",
        "constructs_lib/prices/instances.json",
        "constructs_lib/prices/services.json",
        "constructs_lib/instance_types/catalog.json",
        "constructs_lib/instance_types/regions.json",
        "constructs_lib/images/worker/__main__.py",
        "constructs_lib/docs/errors.md",
        "constructs_lib/init/review_pull_requests.yml",
        "constructs_lib/init/templates/stack.py.jinja",
        "constructs_lib/init/templates/gitignore.jinja",
    ],
)
def test_what_is_no_module_is_there_too(contents: dict[str, int], name: str) -> None:
    assert contents[name] > 0 or name.endswith("py.typed")


@pytest.mark.parametrize("suffix", [".jsonata", ".j2", ".jinja", ".md"])
def test_there_are_files_of_each_kind_that_is_read_when_it_runs(contents: dict[str, int], suffix: str) -> None:
    assert [name for name in contents if name.endswith(suffix)] != []


def test_no_test_and_no_cache_is_in_it(wheel: zipfile.ZipFile) -> None:
    for entry in wheel.infolist():
        parts = PurePosixPath(entry.filename).parts
        assert parts[0] == "constructs_lib" or parts[0].endswith(".dist-info"), entry.filename
        assert not {"__pycache__", "tests", "node_modules"} & set(parts), entry.filename
        assert not parts[-1].startswith((".", "conftest")), entry.filename
        assert not (parts[-1].startswith("test_") and parts[-1].endswith(".py")), entry.filename


def test_it_brings_the_command_the_plugin_and_the_extra_of_all_extras(wheel: zipfile.ZipFile) -> None:
    [info] = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    points = wheel.read(f"{info}/entry_points.txt").decode()
    assert "constructs-lib = constructs_lib.cli:main" in points
    assert "constructs_lib.testing.plugin" in points
    metadata = Parser().parsestr(wheel.read(f"{info}/METADATA").decode())
    required: dict[str, set[str]] = {}
    for line in metadata.get_all("Requires-Dist", []):
        requirement, _, marker = line.partition("; extra == ")
        required.setdefault(marker.strip("'"), set()).add(requirement)
    others = required.keys() - {"", "all", "dev"}
    assert others == {"local", "cli", "testing"}
    assert required["all"] == set().union(*(required[extra] for extra in others))


def test_the_sdist_has_what_the_wheel_is_built_from(distributions: Path, contents: dict[str, int]) -> None:
    [path] = distributions.glob("constructs_lib-*.tar.gz")
    with tarfile.open(path) as archive:
        sizes = {
            str(PurePosixPath(*PurePosixPath(entry.name).parts[1:])): entry.size
            for entry in archive.getmembers()
            if entry.isfile()
        }
    moved = {name: size for name, size in sizes.items() if name.startswith("constructs_lib/")}
    for source, name in COPIED.items():
        moved |= {
            name + path.removeprefix(source): size
            for path, size in sizes.items()
            if path == source or path.startswith(f"{source}/")
        }
    assert moved == contents
    others = sizes.keys() - {path for path in sizes if path.startswith(("constructs_lib/", *COPIED))}
    assert others == {".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml"}


def test_a_project_is_written_by_what_was_unpacked_from_it(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")  # noqa: S202 - our own
    program = "import constructs_lib; print(constructs_lib.__file__); from constructs_lib.cli import main; main()"
    process = subprocess.run(
        [sys.executable, "-c", program, "init", "tiles", "--yes", "--no-snapshot"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout.startswith(str(tmp_path / "site"))
    assert (tmp_path / "tiles" / "tiles_stack.py").exists()
