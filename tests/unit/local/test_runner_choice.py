"""Names of runners."""

from typing import Any, cast

import pytest

from constructs_lib.local.runner_choice import choose
from constructs_lib.local.runners import Runner
from constructs_lib.local.runners.container import ContainerEngine, NoEngineError

ENGINE = ContainerEngine(("podman",))
PROCESSES, CONTAINERS = cast("Runner", object()), cast("Runner", object())


def chosen(name: Any) -> Runner:
    def containers(engine: ContainerEngine) -> Runner:
        assert engine is ENGINE
        return CONTAINERS

    return choose(name, lambda: PROCESSES, containers)


def without_engine() -> ContainerEngine:
    raise NoEngineError("no container engine: docker is not on PATH")


def test_where_an_engine_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("constructs_lib.local.runner_choice.find_engine", lambda: ENGINE)
    assert [chosen(name) for name in ("process", "container", "auto")] == [PROCESSES, CONTAINERS, CONTAINERS]


def test_where_none_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("constructs_lib.local.runner_choice.find_engine", without_engine)
    assert [chosen(name) for name in ("process", "auto")] == [PROCESSES, PROCESSES]
    with pytest.raises(NoEngineError, match="docker is not on PATH"):
        chosen("container")


def test_a_name_that_no_runner_has() -> None:
    with pytest.raises(ValueError, match="got 'docker', expected one of process, container, auto or a Runner"):
        chosen("docker")
