"""One synthesized app for all end-to-end tests, and one embedded AWS for those of a file: there is one per process.

Tests that need a container engine get the one of engines.py.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.apps.assembly import Assembly, load
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.apps.synthesis import synthesize
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runners.container import ContainerEngine, find_engine
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome
from tests.conftest import Once
from tests.local import engines

Run = Callable[..., Outcome]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what no engine is there for: here, because pytest has a line for each test that a fixture skips."""
    if "engine" in getattr(item, "fixturenames", ()) and engines.usable() is None:
        pytest.skip("no container engine answers (make engine)")


@pytest.fixture(scope="session")
def assembly(once: Once) -> Assembly:
    """The cloud assembly of the app in pipelines.py."""
    here = Path(__file__).parent
    app = f"{sys.executable} {here / 'pipelines.py'}"
    return load(once("pipelines.out", lambda output: synthesize(output, app, here.parents[1])))


@pytest.fixture(scope="module")
def engine() -> Iterator[ContainerEngine]:
    """A container engine that can run the image of the tests; an embedded AWS finds the same."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (engines.usable() or {}).items():
            patch.setenv(name, os.environ.get(name, value))
        yield find_engine()


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """An embedded AWS."""
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made:
        yield made


@pytest.fixture(scope="module")
def deployment(aws: EmbeddedAws, assembly: Assembly) -> Deployment:
    """The deployed app."""
    return aws.deploy(assembly.stack("Pipelines"))


@pytest.fixture
def start(aws: EmbeddedAws, deployment: Deployment) -> Callable[..., Execution]:
    """Start a state machine of the app: ``start("AnswerArrayFanOut", [1, 2])``."""

    def start_(name: str, items: Any) -> Execution:
        machines = [
            arn
            for logical_id, (kind, arn) in deployment.resources.items()
            if kind == "AWS::StepFunctions::StateMachine" and logical_id.startswith(name)
        ]
        assert len(machines) == 1, f"{name}: {machines}"
        return Execution(aws, machines[0], {"items": items})

    return start_


@pytest.fixture
def run(start: Callable[..., Execution]) -> Run:
    """Run a state machine of the app to its end."""
    return lambda name, items: start(name, items).wait()
