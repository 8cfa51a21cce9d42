"""`constructs-lib review --base`: a git revision against the files that are there, and the workflow that calls it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from constructs_lib.cli import main
from constructs_lib.review.command import review
from constructs_lib.review.writing import MARK

WORKFLOW = Path(__file__).parents[3] / "docs" / "examples" / "review_pull_requests.yml"
APP = """
import json, os, pathlib
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir(parents=True, exist_ok=True)
stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Work.template.json"}}
(out / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": {"Work": stack}}))
queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": pathlib.Path("name.txt").read_text()}}
(out / "Work.template.json").write_text(json.dumps({"Resources": {"Queue": queue}}))
"""


def git(directory: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *arguments], cwd=directory, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app in a folder of a repository, whose queue has had another name."""
    app = tmp_path / "infrastructure"
    app.mkdir()
    (app / "app.py").write_text(APP)
    (app / "cdk.json").write_text(json.dumps({"app": "python3 app.py"}))
    (app / "name.txt").write_text("before")
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    (app / "name.txt").write_text("after")
    monkeypatch.chdir(app)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["review", *arguments])


def test_a_revision_is_compared_with_what_is_there_and_the_repository_stays_as_it_is(repository: Path) -> None:
    status = git(repository, "status", "--porcelain")
    result = run("--base", "main", "--fail-on", "replace-stateful")
    assert "replaced Queue (AWS::SQS::Queue): QueueName from before to after" in result.output
    assert result.exit_code == 1
    assert git(repository, "status", "--porcelain") == status
    assert git(repository, "worktree", "list").count("\n") == 1


def test_the_difference_of_the_templates_is_folded_below_the_markdown(repository: Path) -> None:
    del repository
    result = run("--base", "HEAD", "--format", "markdown", "--diff")
    assert result.exit_code == 0, result.output
    assert MARK in result.output
    folded = result.output.partition("<details><summary>Snapshot diff</summary>")[2]
    assert "```diff\n@@ Work @@" in folded
    assert "-    QueueName: before\n+    QueueName: after" in folded


def test_what_is_no_revision_and_no_repository_is_told_in_one_line(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    del repository
    for revision in ("nowhere", "--all", "--output=x"):
        result = run(f"--base={revision}")
        assert result.exit_code == 2
        assert (
            result.output == f"Error: git: there is no revision {revision!r} here: fetch it first, if it is elsewhere\n"
        )
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    result = run("--base", "main")
    assert result.exit_code == 2
    assert "Error: git: not a git repository" in result.output
    monkeypatch.setenv("PATH", "")
    result = run("--base", "main")
    assert result.exit_code == 2
    assert "Error: git is not installed" in result.output


BROKEN_APPS = {
    "raise SystemExit('no network')": "`python3 app.py` ended with 1: no network",
    "def make(): raise ValueError('no network,\\nnowhere')\nmake()": (
        "`python3 app.py` ended with 1: ValueError: no network, nowhere (app.py, line 1)"
    ),
    "import nowhere": "`python3 app.py` ended with 1: ModuleNotFoundError: No module named 'nowhere' (app.py, line 1)",
    "app = [\n": "`python3 app.py` ended with 1: SyntaxError: '[' was never closed (app.py, line 1)",
    "import shlex\nshlex.split('\"')": (
        "`python3 app.py` ended with 1: ValueError: No closing quotation (app.py, line 2)"
    ),
    "import os; os.kill(os.getpid(), 9)": "`python3 app.py` was ended by SIGKILL",
    "pass": "`python3 app.py` ended well and made no cloud assembly: does it call `app.synth()`?",
}


@pytest.mark.parametrize("code", BROKEN_APPS)
@pytest.mark.parametrize("side", ["main", "the current directory"])
def test_an_app_that_ends_badly_on_one_side_is_told_in_one_line_with_its_side(
    code: str, side: str, repository: Path
) -> None:
    app = repository / "infrastructure" / "app.py"
    app.write_text(code)
    if side == "main":
        git(repository, "commit", "--quiet", "--all", "--message", "Break it")
        app.write_text(APP)
    result = run("--base", "main")
    assert result.exit_code == 2
    assert result.output == f"Error: {side}: {BROKEN_APPS[code]}\n"


def test_a_side_without_an_app_is_told_in_one_line(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = repository / "infrastructure"
    (app / "cdk.json").write_text("{")
    result = run("--base", "main")
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "Error: the current directory: " in result.output
    assert "cdk.json" in result.output
    (app / "cdk.json").unlink()
    result = run("--base", "main")
    assert "Error: the current directory: no app: " in result.output
    new = repository / "elsewhere"
    new.mkdir()
    monkeypatch.chdir(new)
    result = run("--base", "main")
    assert result.output == "Error: main has no directory elsewhere/: run it where the app is on both sides\n"


def test_a_revision_and_files_exclude_each_other() -> None:
    for arguments, words in (
        (("--base", "main", "cdk.out"), "--base is in place of OLD and NEW"),
        (("--app", "python3 app.py", "a", "b"), "--app is the command that --base synthesizes the app by"),
        (("a",), "expected OLD and NEW"),
        (("a", "b", "--diff"), "--diff is for --format markdown"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2
        assert words in result.output


def test_the_workflow_calls_the_command_as_it_is() -> None:
    workflow: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text())
    calls = [
        step["run"] for step in workflow["jobs"]["review"]["steps"] if "constructs-lib review" in step.get("run", "")
    ]
    known = {option for parameter in review.params for option in parameter.opts}
    assert len(calls) == 2
    for call in calls:
        assert {word for word in call.split() if word.startswith("--")} <= known
    assert workflow["permissions"] == {"contents": "read", "pull-requests": "write"}
