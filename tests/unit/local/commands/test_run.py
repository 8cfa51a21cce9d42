"""Wrong usage of the command: one clear message and exit code 2, before anything is started."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from constructs_lib.cli import main
from constructs_lib.local.commands.options import new_directory


def call(*arguments: str, items: str = "[]") -> Result:
    return CliRunner().invoke(main, ["local", "run", *arguments, "--items", "-"], input=items)


@pytest.fixture
def assembly(tmp_path: Path) -> str:
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"Jobs": stack, "Base": stack}}))
    return str(tmp_path)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ("nonsense", "not JSON"),
        ('{"a": 1}', 'expected a JSON array such as [1, "two"], got dict'),
        (json.dumps(["x" * 262_144]), "an execution's input is at most 262,144 bytes"),
    ],
)
def test_items_that_are_no_list(assembly: str, items: str, message: str) -> None:
    result = call("Jobs", "--assembly", assembly, items=items)
    assert result.exit_code == 2
    assert message in result.output


def test_an_items_file_that_is_not_there() -> None:
    result = CliRunner().invoke(main, ["local", "run", "Jobs", "--items", "nowhere.json"])
    assert result.exit_code == 2
    assert "nowhere.json" in result.output


def test_an_unknown_stack_is_answered_with_the_known_ones(assembly: str) -> None:
    result = call("Job", "--assembly", assembly)
    assert result.exit_code == 2
    assert "no stack 'Job' in this app, it has: Jobs, Base. Did you mean Jobs?" in " ".join(result.output.split())


def test_of_several_stacks_one_has_to_be_named(assembly: str) -> None:
    result = call("--assembly", assembly)
    assert result.exit_code == 2
    assert "this app has several stacks, name one: Jobs, Base" in result.output


def test_a_directory_that_is_no_assembly(tmp_path: Path) -> None:
    result = call("Jobs", "--assembly", str(tmp_path))
    assert result.exit_code == 2
    assert "no cloud assembly" in result.output


def test_app_and_assembly_together(assembly: str) -> None:
    result = call("Jobs", "--assembly", assembly, "--app", "python3 app.py")
    assert result.exit_code == 2
    assert "exclude each other" in result.output


def test_an_app_that_fails_shows_what_it_printed() -> None:
    result = call("Jobs", "--app", "python3 -c \"import sys; sys.exit('no such region')\"")
    assert result.exit_code == 2
    assert "no such region" in result.output


def test_no_app_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("Jobs")
    assert result.exit_code == 2
    assert "no app" in result.output


def test_help_teaches() -> None:
    result = CliRunner().invoke(main, ["local", "run", "--help"])
    assert result.exit_code == 0
    assert "echo '[1, 2, 3]' | constructs-lib local run MapStack --items - --json" in result.output


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("reclam", '--fault kind: got "reclam", expected one of reclaim,'),
        ("reclaim:index=x", '--fault reclaim: index: got "x", expected a number from 0'),
        ("@nowhere.json", "--fault nowhere.json: got No such file or directory"),
    ],
)
def test_a_fault_that_is_none(assembly: str, fault: str, message: str) -> None:
    result = call("Jobs", "--assembly", assembly, "--fault", fault)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())


def test_faults_of_an_instance_that_runs_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")
    result = call("Jobs", "--fault", "hang")
    assert result.exit_code == 2
    assert "AWS_ENDPOINT_URL runs a stack as it is deployed there" in " ".join(result.output.split())


def test_a_message_commands_no_terminal(tmp_path: Path) -> None:
    stack = {"type": "aws:cloudformation:stack", "displayName": "\x1b[2J\x9b8m", "properties": {"templateFile": "t"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"Jobs": stack}}))
    result = call("Other", "--assembly", str(tmp_path))
    assert result.exit_code == 2
    assert r"it has: \x1b[2J\x9b8m" in result.output
    assert not {"\x1b", "\x9b"} & {*result.output}


@pytest.mark.parametrize("name", ["../../../evil", "/evil", "..", "Stage/Stack"])
def test_a_run_has_its_directory_below_the_others(name: str) -> None:
    found = new_directory(name)
    assert found.is_relative_to("build/local")
    assert ".." not in found.parts
