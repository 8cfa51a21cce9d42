"""Which engine is found, what it can do, and what is said when there is none."""

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.runners.container import ContainerEngine, EngineError, NoEngineError, find_engine

PODMAN = {"host": {"cgroupControllers": ["cpu", "memory"], "serviceIsRemote": False}}
DOCKER = {"MemoryLimit": True, "CpuCfsQuota": True, "OperatingSystem": "Debian GNU/Linux 12"}


def answering(box: Any, info: object) -> dict[str, str]:
    (box.directory / "info").write_text(json.dumps(info))
    return {"CONSTRUCTS_LIB_ENGINE": " ".join(box.engine.words)}


@pytest.mark.parametrize("info", [PODMAN, DOCKER])
def test_an_engine_that_answers(box: Any, info: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert find_engine(answering(box, info)) == box.engine


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"host": {"cgroupControllers": []}}, {"limits_memory": False, "limits_cpu": False}),
        ({**DOCKER, "MemoryLimit": False}, {"limits_memory": False}),
        ({**DOCKER, "OperatingSystem": "Docker Desktop"}, {"shares_network": False}),
        ({"host": {**PODMAN["host"], "serviceIsRemote": True}}, {"shares_network": False}),
    ],
)
def test_what_an_engine_cannot_do(
    box: Any, info: dict[str, Any], expected: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert find_engine(answering(box, info)) == ContainerEngine(box.engine.words, **expected)


def test_further_words_come_from_variables(box: Any) -> None:
    environ = answering(box, PODMAN) | {
        "CONSTRUCTS_LIB_ENGINE_CREATE": "--ulimit 'nofile=1:2'",
        "CONSTRUCTS_LIB_ENGINE_BUILD": "--isolation chroot",
    }
    found = find_engine(environ)
    assert (found.create_words, found.build_words) == (("--ulimit", "nofile=1:2"), ("--isolation", "chroot"))


def test_no_engine_tells_which_were_asked_and_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "docker"
    program.write_text("#!/bin/sh\necho 'Cannot connect to the Docker daemon' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoEngineError) as caught:
        find_engine({})
    assert str(caught.value) == (
        "no container engine: docker does not answer (Cannot connect to the Docker daemon); podman is not on PATH. "
        "Jobs of --runner container run by docker or podman: install or start one, name another one in "
        "CONSTRUCTS_LIB_ENGINE, or take --runner process, which needs none"
    )


def test_docker_that_reports_its_trouble_with_exit_code_0(box: Any) -> None:
    environ = answering(box, {"ServerErrors": ["Cannot connect to the Docker daemon"]})
    with pytest.raises(NoEngineError, match=r"does not answer \(Cannot connect to the Docker daemon\)"):
        find_engine(environ)


def test_a_named_engine_that_is_not_there() -> None:
    with pytest.raises(NoEngineError, match="nerdctl is not on PATH"):
        find_engine({"CONSTRUCTS_LIB_ENGINE": "nerdctl --namespace x"})


def test_the_embedded_aws_has_another_name_inside_of_a_virtual_machine(box: Any) -> None:
    other = ContainerEngine(("docker",), shares_network=False)
    for url in ("http://127.0.0.1:4566", "http://localhost:4566"):
        assert box.engine.reached_from_inside(url) == url
        assert other.reached_from_inside(url) == "http://host.docker.internal:4566"
    assert other.reached_from_inside("http://127.0.0.10:4566") == "http://127.0.0.10:4566"


def test_a_refusal_is_the_engines_last_line(box: Any) -> None:
    with pytest.raises(EngineError, match=r"^no such container: x$"):
        box.engine.call("inspect", "x")


def test_a_call_that_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"^.*/gone: No such file or directory$"):
        ContainerEngine((str(tmp_path / "gone"),)).call("ps")
