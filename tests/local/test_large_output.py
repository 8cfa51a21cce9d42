"""A job that writes much costs no memory and holds nobody up: 64 MB of each kind, a gigabyte in `make nightly`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.properties import NIGHTLY

pytestmark = [pytest.mark.local, pytest.mark.larger_at_night]

ROOT = Path(__file__).parents[2]
MEGABYTES = 50
SIZE = 1_000_000_000 if NIGHTLY else 64_000_000
LINE = "x" * 99


PROGRAMS = {
    "lines": f"yes {LINE} | head -c {SIZE}",
    "one line": f"head -c {SIZE // 10} /dev/zero | tr '\\0' x",
    "binary": f"head -c {SIZE // 10} /dev/urandom",
    "nul": f"head -c {SIZE // 10} /dev/zero",
}


@pytest.fixture(scope="module")
def all_found() -> dict[str, dict[str, Any]]:
    """What became of the jobs of one embedded AWS, one after the other."""
    argv = [sys.executable, "-m", "tests.local.large_output", *PROGRAMS.values()]
    ended = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return dict(zip(PROGRAMS, json.loads(ended.stdout), strict=True))


@pytest.mark.parametrize("kind", PROGRAMS)
def test_output_of_any_kind_costs_no_memory_and_holds_nobody_up(
    all_found: dict[str, dict[str, Any]], kind: str
) -> None:
    found = all_found[kind]
    assert found["status"] == "SUCCEEDED"
    assert found["small"] == ["small"]
    assert found["stored"] == (SIZE if kind == "lines" else SIZE // 10)
    assert all(0 < characters <= 1024 * 1024 for characters in found["pages"])
    assert found["longest"] <= 262_118
    assert found["megabytes"] < MEGABYTES
