"""Each kind of a new project, in an empty directory outside of this repository: at night.

By day tests/docs/test_getting_started.py runs the one that a reader begins with, and tests/unit/init/test_stacks.py
synthesizes all.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.properties import NIGHTLY

pytestmark = [pytest.mark.local, pytest.mark.larger_at_night]

BIN = Path(sys.executable).parent
PROJECTS = [
    "--kind array --on ec2 --vpc new",
    "--kind map --on fargate --vpc-id vpc-0123456789abcdef0",
    "--kind distributed --on ec2",
    "--kind gpu",
    "--kind stages --on ec2 --vpc existing --vpc-id vpc-0123456789abcdef0",
]


def run(directory: Path, *command: str, code: int = 0) -> str:
    """A program of this environment, as in a shell; what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON"))}
    process = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=directory,
        env={**environment, "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == code, f"{process.stdout}\n{process.stderr}"
    return process.stdout


APP = """from aws_cdk import App, Stack

app = App()
Stack(app, "Shop")
app.synth()
"""


@pytest.fixture(scope="module", params=PROJECTS if NIGHTLY else [])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("elsewhere")
    run(directory, "constructs-lib", "init", "my-pipeline", "--yes", *request.param.split())
    return directory / "my-pipeline"


def test_its_tests_pass_with_the_first_snapshot(project: Path) -> None:
    assert (project / "tests/__snapshots__/test_my_pipeline/test_template.txt").stat().st_size > 10_000
    printed = run(project, "pytest", "-p", "no:cacheprovider")
    assert "1 snapshot passed" in printed
    assert "3 passed" in printed


def test_it_runs_over_its_items(project: Path) -> None:
    items = json.loads((project / "items.json").read_text())
    printed = run(project, "constructs-lib", "local", "run", "MyPipeline", "--items", "items.json", "--json")
    outcome = json.loads(printed)
    assert outcome["status"] == "SUCCEEDED"
    assert {index: result["words"] for index, result in outcome["results"].items()} == {
        str(index): len(text.split()) for index, text in enumerate(items)
    }


@pytest.mark.skipif(not NIGHTLY, reason="for the night, as the others")
def test_an_app_that_exists_gets_a_pipeline_that_runs_and_its_own_snapshots_stay(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "cdk.json").write_text('{"app": "python3 app.py"}')
    own = tmp_path / "tests/__snapshots__/test_shop/test_template.txt"
    own.parent.mkdir(parents=True)
    own.write_text("of a test that is not run")
    run(tmp_path, "constructs-lib", "init", "tiles", "--into", "--yes")
    assert own.read_text() == "of a test that is not run"
    assert "3 passed" in run(tmp_path, "pytest", "-p", "no:cacheprovider", "tests/test_tiles.py")
    printed = run(tmp_path, "constructs-lib", "local", "run", "Tiles", "--items", "tiles_items.json", "--json")
    assert json.loads(printed)["output"]["succeeded"] == 3
