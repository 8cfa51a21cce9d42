"""The option --runner: what it takes, and what is said where no engine is."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from constructs_lib.cli import main


@pytest.fixture
def assembly(tmp_path: Path) -> str:
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"Jobs": stack}}))
    return str(tmp_path)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["local", *arguments], input="[]")


@pytest.mark.parametrize("command", ["up", "run"])
def test_containers_without_an_engine(
    command: str, assembly: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CONSTRUCTS_LIB_ENGINE", raising=False)
    arguments = ["run", "Jobs", "--assembly", assembly, "--items", "-"] if command == "run" else ["up"]
    result = call(*arguments, "--output", str(tmp_path / "output"), "--runner", "container")
    assert result.exit_code == 2
    assert "--runner container: no container engine: docker is not on PATH; podman is not on PATH." in result.output
    assert "or take --runner process, which needs none" in result.output


def test_a_runner_that_there_is_none_of() -> None:
    result = call("up", "--runner", "docker")
    assert result.exit_code == 2
    assert "'docker' is not one of 'process', 'container', 'auto'" in result.output
