"""What an embedded AWS changes of other libraries is undone when it closes: pictures of them before and after."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from moto.stepfunctions.parser.utils import TMP_THREADS

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.states.runtime import CURRENT
from tests.local.pictured_life import use

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def differences(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What each part of the life in `pictured_life.py` has left behind: in a process that has imported nothing else."""
    directory = tmp_path_factory.mktemp("pictured")
    with EmbeddedAws(directory / "scout") as aws:
        use(aws)
    known = directory / "modules.json"
    known.write_text(json.dumps(sorted(sys.modules)))
    done = subprocess.run(
        [sys.executable, "-m", "tests.local.pictured_life", known, directory],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    "part", ["imported", "open and closed", "another one", "one that fails to start", "a failing patch"]
)
def test_nothing_of_moto_is_different(differences: dict[str, list[str]], part: str) -> None:
    assert differences[part] == []


def test_no_execution_goes_on_when_it_closes(tmp_path: Path) -> None:
    with EmbeddedAws(tmp_path) as aws:
        use(aws)
        running = [thread for thread in TMP_THREADS if thread.is_alive()]
        assert running
    assert not [thread for thread in running if thread.is_alive()]
    assert CURRENT.runtime.jobs is None


def test_a_picture_shows_what_is_patched(differences: dict[str, list[str]]) -> None:
    shown = "\n".join(differences["while it is open"])
    for part in (
        "moto.stepfunctions.responses.StepFunctionResponse.describe_execution",
        "moto.logs.models.logs_backends.backend",
        "moto.core.config.default_user_config['iam']",
        "moto.core.errors.COMMON_ERROR_CODES",
        "moto.moto_server.werkzeug_app.DISABLE_GLOBAL_CORS",
        "moto.stepfunctions.parser.asl.eval.environment.threading",
        "jsonata.functions.Functions._string",
    ):
        assert part in shown
