"""What the checks find in the new templates and not in the old ones, and the other way round."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from constructs_lib.cli import main
from constructs_lib.review import Kind, review
from tests.unit.review.edits import Edit, entry, put, reviewed_edit, several

ARRAY, PRIORITY = "ArrayStack", "PriorityQueuesStack"
ERROR = {Kind.CHECK_ERROR, Kind.CHECK_WARNING, Kind.CHECK_NOTE}
WARNING = {Kind.CHECK_WARNING, Kind.CHECK_NOTE}
NOTE = {Kind.CHECK_NOTE}
LARGE = [{"Type": "MEMORY", "Value": "512"}, {"Type": "VCPU", "Value": "9"}]


def several_tags(count: int) -> Edit:
    return put("Job", "Tags", {f"tag{number}": "x" for number in range(count)})


def attempts(template: dict[str, Any]) -> None:
    entry(template, "Job")["Properties"]["RetryStrategy"]["Attempts"] = 11


CHANGES: list[tuple[str, Edit, list[str], set[Kind]]] = [
    (
        ARRAY,
        attempts,
        ["**new error CHECK", "of `JobB9D00F9F` at `RetryStrategy`**: got 11 attempts", "(docs/checks.md#check"],
        ERROR,
    ),
    (
        PRIORITY,
        put("OnDemand", "ComputeResources.MinvCpus", 4),
        ["of `OnDemand6491B0D0` at `ComputeResources.MinvCpus`**"],
        NOTE,
    ),
    (ARRAY, put("Queue", "State", "DISABLED"), ["`Queue4A7E3555`"], WARNING),
    (ARRAY, put("Job", "ContainerProperties.ResourceRequirements", LARGE), ["`JobB9D00F9F`", "Fargate"], ERROR),
    (ARRAY, put("Job", "ContainerProperties.Privileged", "true"), ["`ContainerProperties.Privileged`"], WARNING),
    (ARRAY, put("Job", "Timeout.AttemptDurationSeconds", 600), [], set()),
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_what_the_checks_find_is_told_when_it_comes_and_when_it_goes(
    number: int, templates: dict[str, dict[str, Any]]
) -> None:
    stack, edit, words, kinds = CHANGES[number]
    found = reviewed_edit(templates[stack], edit)
    said = "\n".join(finding.text for finding in found.of("Checks"))
    assert [word for word in words if word not in said] == [], said
    assert found.kinds & ERROR >= kinds
    assert bool(said) == bool(words)
    edited = copy.deepcopy(templates[stack])
    edit(edited)
    back = reviewed_edit(edited, lambda template: (template.clear(), template.update(templates[stack])))
    gone = [finding.text for finding in back.of("Checks")]
    assert len(gone) == len(found.of("Checks"))
    assert all(text.startswith("no longer: ") for text in gone), gone
    assert back.kinds & ERROR == set()


def test_a_finding_stays_the_same_while_its_value_changes(templates: dict[str, dict[str, Any]]) -> None:
    before = copy.deepcopy(templates[ARRAY])
    attempts(before)
    assert reviewed_edit(before, put("Job", "RetryStrategy.Attempts", 12)).of("Checks") == ()
    more = several(put("Job", "RetryStrategy.Attempts", 12), put("Queue", "State", "DISABLED"))
    (finding,) = reviewed_edit(before, more).of("Checks")
    assert "`Queue4A7E3555`" in finding.text


def test_what_the_app_acknowledges_is_left_out(tmp_path: Path, templates: dict[str, dict[str, Any]]) -> None:
    def assembly(name: str, edit: Edit | None, *accepted: str) -> Path:
        template = copy.deepcopy(templates[ARRAY])
        if edit:
            edit(template)
        notes = {"type": "aws:cdk:acknowledged-rules", "data": dict.fromkeys(accepted, "as it was agreed")}
        metadata = {"/Work": [notes]}
        artifact = {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": "work.json"},
            "metadata": {**metadata, "/Work/Job": [{"type": "aws:cdk:logicalId", "data": "JobB9D00F9F"}]},
        }
        folder = tmp_path / name
        folder.mkdir()
        (folder / "manifest.json").write_text(json.dumps({"artifacts": {"Work": artifact}}))
        (folder / "work.json").write_text(json.dumps(template))
        return folder

    old, new = assembly("old", None), assembly("new", attempts)
    (found,) = review(old, new).of("Checks")
    rule = found.text.split()[2]
    assert f"{rule} of `Work/Job` at" in found.text
    agreed = assembly("agreed", attempts, f"BatchChecks::{rule}")
    assert review(old, agreed).of("Checks") == ()
    (gone,) = review(new, agreed).of("Checks")
    assert gone.text.startswith(f"no longer: error {rule} of `Work/Job`")


@pytest.mark.parametrize(
    ("kinds", "code"), [("check-error", 1), ("check-warning", 1), ("check-note,replace", 1), ("replace", 0)]
)
def test_a_build_can_fail_on_what_a_check_finds_anew(
    kinds: str, code: int, tmp_path: Path, templates: dict[str, dict[str, Any]]
) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    before.write_text(json.dumps(templates[ARRAY]))
    edited = copy.deepcopy(templates[ARRAY])
    attempts(edited)
    after.write_text(json.dumps(edited))
    for name, words in (("text", "new error CHECK"), ("markdown", "**new error CHECK"), ("json", '"check-error"')):
        result = CliRunner().invoke(main, ["review", str(before), str(after), "--fail-on", kinds, "--format", name])
        assert result.exit_code == code, result.output
        assert words in result.output
        assert ("a check finds a new error" in result.output) == (name != "json")
