"""Snapshots as users run them: a pytest of its own, with the plugin and nothing else."""

import json
from pathlib import Path

import pytest

TEST = """
import json
from pathlib import Path

def test_queue(template_snapshot):
    assert json.loads(Path("template.json").read_text()) == template_snapshot
"""
KEPT = Path("__snapshots__/test_stack/test_queue.json")


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with one test, and its template in a file."""
    # As a worker of pytest-xdist, syrupy leaves the report of unused snapshots to the process that it works for.
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    pytester.makeconftest('pytest_plugins = ["constructs_lib.testing.plugin"]')
    pytester.makepyfile(test_stack=TEST)
    write(pytester, priority=1)
    return pytester


def write(project: pytest.Pytester, priority: int) -> None:
    parameters = {"BootstrapVersion": {}}
    queue = {"Type": "AWS::Batch::JobQueue", "Properties": {"Priority": priority, "JobQueueName": "größer"}}
    text = json.dumps({"Resources": {"Queue": queue}, "Parameters": parameters})
    (project.path / "template.json").write_text(text)


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist", *arguments)


def test_one_reviewable_file(project: pytest.Pytester) -> None:
    assert run(project, "--snapshot-update").ret == 0
    assert (
        (project.path / KEPT).read_text()
        == """\
{
  "Resources": {
    "Queue": {
      "Properties": {
        "JobQueueName": "größer",
        "Priority": 1
      },
      "Type": "AWS::Batch::JobQueue"
    }
  }
}
"""
    )
    assert run(project).ret == 0


def test_a_change_fails_and_is_shown(project: pytest.Pytester) -> None:
    run(project, "--snapshot-update")
    write(project, priority=100)
    result = run(project)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(['*-         "Priority": 1', '*+         "Priority": 100'])


def test_a_snapshot_that_nobody_uses_fails_the_run(project: pytest.Pytester) -> None:
    run(project, "--snapshot-update")
    (project.path / KEPT).with_name("test_gone.json").write_text("{}")
    result = run(project)
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*1 snapshot unused.*"])


def test_a_missing_snapshot_fails(project: pytest.Pytester) -> None:
    assert run(project).ret == pytest.ExitCode.TESTS_FAILED
    assert not (project.path / KEPT).exists()


def test_anything_but_a_template_is_refused(project: pytest.Pytester) -> None:
    project.makepyfile(test_stack="def test_queue(template_snapshot):\n    assert [] == template_snapshot\n")
    result = run(project, "--snapshot-update")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*TypeError: template_snapshot compares with a template, got list: *synthesize*"])
