"""Writes the first snapshot of a new pipeline, with its own test, which from then on shows what changes."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

UPDATE: Final = "pytest --snapshot-update"
"""The command that writes snapshots."""


def missing_packages() -> list[str]:
    """What the test needs and is not installed."""
    return [name for name in ("pytest", "syrupy") if find_spec(name) is None]


def write_snapshot(directory: Path, test: str) -> str:
    """Synthesize the stack, and write what comes out as its snapshot.

    Args:
        directory: of the app.
        test: the file of its tests, from there: the snapshots of others are left alone.

    Returns:
        What pytest printed if it failed; empty if it wrote the snapshot.
    """
    # Not the settings of a pytest that this may run in, and nothing that the project would have to ignore.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    process = subprocess.run(
        [sys.executable, "-m", *UPDATE.split(), f"{test}::test_template", "-q", "-p", "no:cacheprovider"],
        cwd=directory,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{process.stdout}{process.stderr}".strip() if process.returncode else ""
