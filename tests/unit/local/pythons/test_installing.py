"""What is fetched for images, from a directory in the place of an index."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from constructs_lib.local.pythons.installing import CannotInstallError, installed_site
from constructs_lib.local.pythons.wanted import Requirements
from constructs_lib.local.supervisor import Supervisor

OWN = "constructs_lib_test_scripts"


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    made = Supervisor()
    yield made
    made.close()


@pytest.fixture
def wanted(tmp_path: Path) -> Requirements:
    """A package with a script that is a module, which pip compiles beside it."""
    info = f"{OWN}-1.0.dist-info"
    with zipfile.ZipFile(tmp_path / f"{OWN}-1.0-py3-none-any.whl", "w") as file:
        file.writestr(f"{OWN}-1.0.data/scripts/constructs-lib-tool.py", "#!python\nprint('well')\n")
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {OWN}\nVersion: 1.0\n")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", "")
    return Requirements(lines=["--no-index", f"--find-links {tmp_path}", OWN])


def test_scripts_run_by_any_python_also_where_some_were_compiled(
    wanted: Requirements, supervisor: Supervisor, tmp_path: Path
) -> None:
    site = installed_site(wanted, tmp_path / "cache", supervisor)
    script = site / "bin" / "constructs-lib-tool.py"
    assert script.read_bytes().startswith(b"#!/usr/bin/env python\n")
    assert subprocess.check_output([sys.executable, script], text=True) == "well\n"
    assert installed_site(wanted, tmp_path / "cache", supervisor) == site


def test_what_cannot_be_had_leaves_nothing_that_is_taken_for_it(supervisor: Supervisor, tmp_path: Path) -> None:
    absent = Requirements(lines=["--no-index", OWN])
    for _ in range(2):
        with pytest.raises(CannotInstallError, match=OWN):
            installed_site(absent, tmp_path / "cache", supervisor)
    assert [path for path in (tmp_path / "cache").iterdir() if path.is_dir()] == []
