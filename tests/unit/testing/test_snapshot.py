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
KEPT = Path("__snapshots__/test_stack/test_queue.txt")


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
Queue (AWS::Batch::JobQueue):
  Properties:
    JobQueueName: größer
    Priority: 1
"""
    )
    assert run(project).ret == 0


def test_a_change_fails_and_is_shown(project: pytest.Pytester) -> None:
    run(project, "--snapshot-update")
    write(project, priority=100)
    result = run(project)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*Queue (AWS::Batch::JobQueue):", "*-     Priority: 1", "*+     Priority: 100"])
    # pytest shows the arguments of the test, too: the kept template is no answer to what has changed.
    result.stdout.fnmatch_lines(["template_snapshot = <the kept template of test_queue>"])


def test_a_snapshot_that_nobody_uses_fails_the_run(project: pytest.Pytester) -> None:
    run(project, "--snapshot-update")
    (project.path / KEPT).with_name("test_gone.txt").write_text("Gone\n")
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


def test_a_snapshot_of_an_earlier_version_is_replaced(project: pytest.Pytester) -> None:
    kept = project.path / KEPT
    kept.parent.mkdir(parents=True)
    kept.with_suffix(".json").write_text("{}")
    assert run(project).ret == pytest.ExitCode.TESTS_FAILED
    assert run(project, "--snapshot-update").ret == 0
    assert [path.name for path in kept.parent.iterdir()] == [KEPT.name]
    assert run(project).ret == 0


OTHERS = """
from syrupy.extensions.json import JSONSnapshotExtension

def test_queue(snapshot):
    assert {"a": 1} == snapshot.use_extension(JSONSnapshotExtension)

def test_both(snapshot, template_snapshot):
    assert {"a": 1} == snapshot.use_extension(JSONSnapshotExtension)
    assert {"Resources": {}} == template_snapshot
"""


def test_snapshots_that_other_extensions_keep_as_json_stay(project: pytest.Pytester) -> None:
    project.makepyfile(test_others=OTHERS)
    for _ in range(2):
        assert run(project, "--snapshot-update").ret == 0
    kept = sorted(path.name for path in (project.path / "__snapshots__" / "test_others").iterdir())
    assert kept == ["test_both.json", "test_both.txt", "test_queue.json"]
    assert run(project).ret == 0


def test_the_filters_of_syrupy_work(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_stack="""
import json
from pathlib import Path
from syrupy.filters import props

def test_queue(template_snapshot):
    assert json.loads(Path("template.json").read_text()) == template_snapshot(exclude=props("Priority"))
"""
    )
    assert run(project, "--snapshot-update").ret == 0
    assert "Priority" not in (project.path / KEPT).read_text()


FAN_OUT = """
import json
from constructs_lib.marks import Mark, fingerprint

def template():
    states = {"Items: Read items": {"Type": "Pass", "Output": {}, "End": True}}
    comment = Mark("ArrayFanOut", "1.0.0", fingerprint(states), {"attempts": 3}).comment("Reads.")
    states["Items: Read items"]["Comment"] = comment
    definition = json.dumps({"StartAt": "Items: Read items", "States": states})
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": definition}}
    return {"Resources": {"Machine": machine}}

def test_both(template_snapshot):
    assert template() == template_snapshot
    assert template() == template_snapshot(full=True)
    assert template() == template_snapshot
"""


def test_all_states_are_kept_where_they_are_asked_for(project: pytest.Pytester) -> None:
    project.makepyfile(test_machine=FAN_OUT)
    assert run(project, "--snapshot-update").ret == 0
    folded, full, again = (
        (project.path / "__snapshots__/test_machine" / f"test_both{number}.txt").read_text()
        for number in ("", ".1", ".2")
    )
    assert "Machine state Items:\n  Construct: ArrayFanOut of constructs-lib 1.0.0\n  End: true\n" in folded
    assert "Machine state Items: Read items:\n  Comment: Reads. ArrayFanOut of constructs-lib 1.0.0" in full.replace(
        '"', ""
    )
    assert again == folded
    assert run(project).ret == 0
