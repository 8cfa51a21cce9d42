"""The command `constructs-lib graph`: what it draws, and what it says to mistakes."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from constructs_lib.cli import main

MACHINE = {"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 1, "End": True}}}


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stacks: one with two state machines, one with none."""
    directory = tmp_path_factory.mktemp("cdk.out")
    machines = {
        "NightlyA1": {"DefinitionString": {"Fn::Join": ["", [json.dumps(MACHINE)]]}},
        "HourlyB2": {"Definition": MACHINE},
        "ElsewhereC3": {"DefinitionS3Location": {"Bucket": "b", "Key": "k"}},
    }
    write(
        directory,
        "Two",
        {n: {"Type": "AWS::StepFunctions::StateMachine", "Properties": p} for n, p in machines.items()},
    )
    write(directory, "None", {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {}}})
    artifacts = {
        name: {"type": "aws:cloudformation:stack", "properties": {"templateFile": f"{name}.template.json"}}
        for name in ("Two", "None")
    }
    (directory / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}))
    return directory


def write(directory: Path, name: str, resources: dict[str, Any]) -> None:
    (directory / f"{name}.template.json").write_text(json.dumps({"Resources": resources}))


def graph(assembly: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["graph", *arguments, "--assembly", str(assembly)])


def test_all_state_machines_of_a_stack_in_markdown(assembly: Path) -> None:
    done = graph(assembly, "Two")
    assert done.exit_code == 0, done.output
    assert [line for line in done.output.splitlines() if line.startswith("## ")] == ["## NightlyA1", "## HourlyB2"]
    assert done.output.count("```mermaid\nflowchart TD\n") == 2
    assert done.output.count('s1>"Rest<br/>1 s"]') == 2


def test_one_state_machine_into_a_file(assembly: Path, tmp_path: Path) -> None:
    page = tmp_path / "new" / "picture.md"
    done = graph(assembly, "Two", "--state-machine", "Night", "--output", str(page))
    assert (done.exit_code, done.output) == (0, "")
    assert page.read_text().startswith("## NightlyA1\n\n```mermaid\n")
    assert "Hourly" not in page.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Twoo"], "no stack 'Twoo' in this app, it has: Two, None. Did you mean Two?"),
        (["None"], "stack 'None' has no state machine with a definition in its template"),
        (
            ["Two", "--state-machine", "Nightley"],
            "no state machine 'Nightley' in stack 'Two', it has: NightlyA1, HourlyB2. Did you mean NightlyA1?",
        ),
        (["Two", "--app", "true"], "--app and --assembly exclude each other"),
    ],
)
def test_each_mistake_has_its_message(assembly: Path, arguments: list[str], message: str) -> None:
    done = graph(assembly, *arguments)
    assert done.exit_code == 2
    assert message in done.output
