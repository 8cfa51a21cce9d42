"""The reference implementation of JSONata, started once."""

from collections.abc import Iterator

import pytest

from tests.unit.workflows.programs.engines import Reference


@pytest.fixture(scope="session")
def reference() -> Iterator[Reference]:
    with Reference.started() as engine:
        yield engine
