"""The pages about what was deployed: their commands and their Python run, one after the other, in an embedded AWS."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aws_cdk import App

from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws
from docs.examples.tiles import ITEMS, TilesStack
from tests.docs.pages import OPERATED, ROOT, Page

PARALLEL = 20
"""Jobs that wait do so for vCPUs, and not for this machine."""


@pytest.fixture
def environment(tmp_path: Path, installed: Path) -> Iterator[dict[str, str]]:
    """Of a shell that reaches an embedded AWS with the stack of the pages, whose pipeline has failed once."""
    with EmbeddedAws(tmp_path, parallel=PARALLEL) as aws:
        stack = LocalAws(aws, tmp_path).deploy(TilesStack(App()))
        assert stack.run({"items": ITEMS}).status == "FAILED"
        others = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
        yield {**others, **aws.environment(), "PATH": f"{installed}{os.pathsep}{os.environ['PATH']}"}


@pytest.mark.parametrize("name", OPERATED)
def test_what_a_page_says_runs(
    name: str, environment: dict[str, str], installed: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page, elsewhere = Page(ROOT / name), tmp_path_factory.mktemp("elsewhere")
    for block in page.blocks("console", "python"):
        calls = [["bash", "-o", "pipefail", "-c", line] for line in block.text.splitlines()]
        if block.language == "python":
            calls = [[str(installed / "python"), "-c", block.text]]
        for call in calls:
            done = subprocess.run(call, cwd=elsewhere, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{call[-1]}\n{done.stdout}\n{done.stderr}"
            assert (done.stdout + done.stderr).strip(), call[-1]
            assert "Traceback" not in done.stderr
