"""One embedded AWS for the cases of a file: each is written from a page of AWS's documentation, which it cites."""

from collections.abc import Iterator

import pytest

from constructs_lib.local.aws import EmbeddedAws


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """An account."""
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as made:
        yield made
