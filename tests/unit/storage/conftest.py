import pytest

from tests.unit.storage.site_of_jobs import Site


@pytest.fixture
def site() -> Site:
    return Site()
