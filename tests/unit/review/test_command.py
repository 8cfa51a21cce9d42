"""The command `constructs-lib review`: its formats, its exit codes, and what it says to what is no template."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from syrupy.assertion import SnapshotAssertion

from constructs_lib.cli import main
from constructs_lib.review.writing import text
from tests.unit.review.edits import Edit, put, reviewed_edit, several

BEFORE: dict[str, Any] = {
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "work"}},
        "Jobs": {"Type": "AWS::Batch::SchedulingPolicy", "Properties": {"Name": "shares"}},
    }
}
AFTER: dict[str, Any] = {
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "more-work"}},
        "Jobs": {"Type": "AWS::Batch::SchedulingPolicy", "Properties": {"Name": "shares"}},
        "Topic": {"Type": "AWS::SNS::Topic"},
    }
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["review", *map(str, arguments)])


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.json", tmp_path / "new.yaml"
    old.write_text(json.dumps(BEFORE))
    new.write_text(json.dumps(AFTER))  # JSON is YAML
    return old, new


def test_a_change_in_each_format(files: tuple[Path, Path], snapshot: SnapshotAssertion) -> None:
    for name in ("text", "markdown", "json"):
        result = run(*files, "--format", name)
        assert result.exit_code == 0
        assert result.output == snapshot(name=name)


def test_the_ready_stacks_as_text(app_assembly: Path, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    edits: dict[str, Edit] = {
        "ArrayStack": several(
            put("Job", "Timeout.AttemptDurationSeconds", 60),
            put("JobContainerLogs", "LogGroupName", "/jobs"),
            put("Queue", "JobQueueName", "nightly"),
        ),
        "PriorityQueuesStack": put("OnDemand", "ComputeResources.InstanceTypes", ["c7i.large"]),
    }
    for name, edit in edits.items():
        template = json.loads((app_assembly / f"{name}.template.json").read_text())
        (tmp_path / f"{name}.before.json").write_text(json.dumps(template))
        edit(template)
        (tmp_path / f"{name}.json").write_text(json.dumps(template))
        result = run(tmp_path / f"{name}.before.json", tmp_path / f"{name}.json")
        assert result.exit_code == 0, result.output
        assert result.output == snapshot(name=name)


def test_a_sentence_is_wrapped_below_itself_where_a_terminal_is_narrow(templates: dict[str, dict[str, Any]]) -> None:
    changed = put("Job", "Timeout.AttemptDurationSeconds", 60)
    found = reviewed_edit(templates["ArrayStack"], changed)
    lines = text(found, 80).splitlines()
    assert max(map(len, lines)) <= 80
    begin = next(number for number, line in enumerate(lines) if "gets a new revision" in line)
    assert lines[begin].startswith("    - The job definition JobB9D00F9F gets")
    assert lines[begin + 1].startswith("      ")
    joined = " ".join(line.strip().removeprefix("- ") for line in lines if line)
    assert joined == " ".join(line.strip().removeprefix("- ") for line in text(found).splitlines() if line)


def test_an_assembly_beside_itself_has_nothing_to_say(app_assembly: Path) -> None:
    result = run(app_assembly, app_assembly)
    assert (result.exit_code, result.output) == (0, "Nothing changes.\n")


@pytest.mark.parametrize(
    ("kinds", "code"), [("replace-stateful", 1), ("interrupt", 0), ("interrupt,lose-data", 1), ("", 0)]
)
def test_the_exit_code_is_that_of_what_a_build_may_fail_on(files: tuple[Path, Path], kinds: str, code: int) -> None:
    result = run(*files, "--fail-on", kinds)
    assert result.exit_code == code
    assert ("--fail-on: the change does" in result.output) == bool(code)


def test_a_kind_that_there_is_not_is_refused(files: tuple[Path, Path]) -> None:
    result = run(*files, "--fail-on", "everything")
    assert result.exit_code == 2
    assert "'everything': expected some of replace, replace-stateful" in result.output


def test_a_review_can_be_a_file(files: tuple[Path, Path], tmp_path: Path) -> None:
    result = run(*files, "--format", "markdown", "--output", tmp_path / "review.md")
    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "review.md").read_text().startswith("<!-- constructs-lib review -->\n## What this change does\n")


def test_a_stack_that_goes_is_left_where_it_is(tmp_path: Path, files: tuple[Path, Path]) -> None:
    artifact = {"type": "aws:cloudformation:stack", "properties": {"templateFile": str(files[0])}}
    for name, stacks in (("two", ["One", "Two"]), ("one", ["One"])):
        (tmp_path / name).mkdir()
        manifest = {"artifacts": dict.fromkeys(stacks, artifact)}
        (tmp_path / name / "manifest.json").write_text(json.dumps(manifest))
    result = run(tmp_path / "two", tmp_path / "one", "--fail-on", "replace-stateful,lose-data,interrupt")
    assert result.exit_code == 0
    assert "Two\n    - It is no longer in the app: a deployment leaves it" in result.output
