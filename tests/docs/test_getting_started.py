"""The page for those who begin: its commands run one after the other, in an empty directory, with the wheel alone."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, STARTED, Page

# What this machine has already, what needs an account, and what `init` itself has called for the first snapshot.
ELSEWHERE = (
    "pytest --snapshot-update",
    "python3 -m venv ",
    ". .venv/",
    "pip install ",
    "npx aws-cdk@2 ",
    "constructs-lib run ",
)


@pytest.mark.local
@pytest.mark.parametrize("name", STARTED)
def test_who_follows_the_page_has_a_pipeline_that_runs(name: str, tmp_path: Path, installed: Path) -> None:
    lines = [line for block in Page(ROOT / name).blocks("console") for line in block.text.splitlines()]
    commands = [line for line in lines if not line.startswith(ELSEWHERE)]
    assert [line.split()[0] for line in commands[:2]] == ["constructs-lib", "cd"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON", "AWS_"))}
    done = subprocess.run(
        ["bash", "-e", "-x", "-o", "pipefail", "-c", "\n".join(commands)],
        cwd=tmp_path,
        env={**kept, "PATH": f"{installed}{os.pathsep}{os.defpath}"},  # without Node, which the extra brings
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "3 passed" in done.stdout
    assert "1 snapshot passed" in done.stdout
    assert "execution SUCCEEDED" in done.stdout + done.stderr
    assert "Nothing found." in done.stdout
    left = subprocess.run(
        ["bash", "-c", "git init --quiet . && git status --short --untracked-files=all"],
        cwd=tmp_path / "my-pipeline",
        capture_output=True,
        text=True,
        check=True,
    )
    assert {line.removeprefix("?? ") for line in left.stdout.splitlines()} == {
        ".github/workflows/review.yml",
        ".github/workflows/tests.yml",
        ".gitignore",
        "README.md",
        "app.py",
        "cdk.json",
        "items.json",
        "job/texts.py",
        "my_pipeline_stack.py",
        "pyproject.toml",
        "tests/__snapshots__/test_my_pipeline/test_template.txt",
        "tests/test_my_pipeline.py",
    }
