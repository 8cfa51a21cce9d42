"""The reference implementation of JSONata, started once, and what programs answer."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import constructs_lib
from constructs_lib.workflows.states.programs import program
from tests.unit.workflows.programs.engines import Reference, embedded

WORKFLOWS = Path(constructs_lib.__file__).parent / "workflows"

Answer = Callable[..., Any]


@pytest.fixture(scope="session")
def reference() -> Iterator[Reference]:
    with Reference.started() as engine:
        yield engine


@pytest.fixture(scope="session")
def answer(reference: Reference) -> Answer:
    """Both implementations' answer, which is one; programs of fan-outs are named without their first directory."""

    def ask(name: str, states: Any, **inputs: Any) -> Any:
        file = WORKFLOWS / (name if name.startswith("watch/") else f"fan_out/{name}")
        text = program(str(file), file.name).fragment(**inputs)
        found = embedded(text, states)
        assert found == reference.answer(text, states)
        return found

    return ask
