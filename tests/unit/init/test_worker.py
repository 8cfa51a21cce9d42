"""`constructs-lib worker`: the worker for an image that somebody builds by a Dockerfile."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from dockerfile_parse import DockerfileParser

from constructs_lib.cli import main

ROOT = Path(__file__).parents[3]


def worker(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["worker", *arguments])


def test_the_copy_is_the_whole_worker_and_runs_by_itself(tmp_path: Path) -> None:
    assert worker("--copy", str(tmp_path / "image")).exit_code == 0
    copied = {path.name: path.read_bytes() for path in (tmp_path / "image" / "worker").iterdir()}
    assert copied == {path.name: path.read_bytes() for path in (ROOT / "container" / "worker").glob("*.py")}
    (tmp_path / "image" / "job.py").write_text("def handler(item, context):\n    print('got', item)\n")
    process = subprocess.run(
        [sys.executable, "-m", "worker", "job:handler"],
        cwd=tmp_path / "image",
        env={"ITEMS": '["a"]'},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "got a" in process.stdout


def test_a_second_time_it_is_the_same_and_what_differs_is_not_written_over(tmp_path: Path) -> None:
    assert worker("--copy", str(tmp_path)).exit_code == 0
    assert worker("--copy", str(tmp_path)).exit_code == 0
    main_module = tmp_path / "worker" / "main.py"
    main_module.write_text("mine")
    result = worker("--copy", str(tmp_path))
    assert result.exit_code == 2
    assert "has other files of these names: main.py. Nothing was written" in result.output
    assert main_module.read_text() == "mine"
    assert worker("--copy", str(tmp_path), "--replace").exit_code == 0
    assert main_module.read_bytes() == (ROOT / "container" / "worker" / "main.py").read_bytes()


def test_it_says_what_the_dockerfile_needs(tmp_path: Path) -> None:
    result = worker()
    assert result.exit_code == 0
    lines = result.output.partition("\n\n")[2]
    own = DockerfileParser(path=str(ROOT / "container"))
    (tmp_path / "Dockerfile").write_text(f"FROM python:3.13-slim\n{lines}")
    told = DockerfileParser(path=str(tmp_path))

    def values(parser: DockerfileParser, instruction: str) -> list[str]:
        return [step["value"] for step in parser.structure if step["instruction"] == instruction]

    for instruction in ("WORKDIR", "ENV", "USER", "ENTRYPOINT"):
        assert values(told, instruction) == values(own, instruction)
    assert values(own, "RUN")[0].split()[-1] in values(told, "RUN")[0]


@pytest.mark.parametrize(
    ("arguments", "told"), [(["--replace"], "--replace is about"), (["--copy", __file__], "is a file")]
)
def test_wrong_usage_is_told(arguments: list[str], told: str) -> None:
    result = worker(*arguments)
    assert result.exit_code == 2
    assert told in result.output
