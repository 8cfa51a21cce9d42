"""An engine that needs no engine, and jobs for it."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from moto.logs.models import logs_backends

from constructs_lib.local.apps.assembly import ImageAsset
from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.logs import patches
from constructs_lib.local.patching import Patches
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.container import ContainerEngine, ContainerRunner
from constructs_lib.local.runners.container.task import ContainerTask
from constructs_lib.local.runners.log_streams import LogStreams
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.local.supervisor import Supervisor

PROGRAM = str(Path(__file__).with_name("engine_program.py"))


class Box:
    """An engine and what it was asked."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self.directory = directory
        self.engine = ContainerEngine((sys.executable, PROGRAM, str(directory)))

    def calls(self, name: str) -> list[list[str]]:
        lines = (self.directory / "calls").read_text().splitlines() if (self.directory / "calls").exists() else []
        return [words for command, *words in map(json.loads, lines) if command == name]

    def containers(self) -> list[str]:
        return sorted(path.stem for path in self.directory.glob("*.container"))


class Recorder:
    """A job that remembers what the runner reported."""

    def __init__(self, number: int, container: dict[str, Any]) -> None:
        self.id = f"job-{number}:0"
        self.attempts = [object()]
        self.started = threading.Event()
        self.ended = threading.Event()
        self.endings: list[Ending] = []
        container = {"environment": [], "command": [], "logConfiguration": {"logDriver": "json-file"}, **container}
        queue = SimpleNamespace(arn="arn:aws:batch:us-east-1:123456789012:job-queue/queue")
        self.spec = SimpleNamespace(queue=queue, container=container, memory=64.0, vcpus=1.0, details={})

    def start(self, runner: ContainerRunner) -> ContainerTask:
        return runner.start(cast("Job", self), self.started.set, self._on_end)

    def _on_end(self, ending: Ending) -> None:
        self.endings.append(ending)
        self.ended.set()

    def result(self) -> Ending:
        assert self.ended.wait(15)
        assert len(self.endings) == 1
        return self.endings[0]


class Origin:
    """What containers are made from."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.assets: dict[str, ImageAsset] = {}
        self.environment = {"NAME": "value", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}

    def asset(self, image: str) -> ImageAsset | None:
        return self.assets.get(image)

    def variables(self, _: Job) -> dict[str, str]:
        return dict(self.environment)

    def log(self, job: Job) -> Path:
        return self.directory / "logs" / job.id.replace(":", "-")


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "box")


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    return Origin(tmp_path)


@pytest.fixture(autouse=True)
def _own_state_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    with Supervisor() as made:
        yield made


@pytest.fixture
def runner(box: Box, origin: Origin, tmp_path: Path, supervisor: Supervisor) -> Iterator[ContainerRunner]:
    with Patches(patches()):
        logs = LogStreams(lambda _: logs_backends["123456789012"]["us-east-1"], RealClock())
        made = ContainerRunner(box.engine, origin, tmp_path, 2, logs=logs, clock=RealClock(), supervisor=supervisor)
        yield made
        made.close(grace=0)


@pytest.fixture
def job() -> Callable[..., Recorder]:
    made: list[Recorder] = []

    def job_(*command: str, image: str = "image", **container: Any) -> Recorder:
        made.append(Recorder(len(made), {"image": image, "command": list(command), **container}))
        return made[-1]

    return job_
