"""A pytest plugin: `pytest_plugins = ["constructs_lib.testing.plugin"]` in the conftest.py at the top of the tests."""

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib.testing.snapshot import TemplateSnapshotExtension


@pytest.fixture
def template_snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """The kept template of this test: ``assert synthesize(stack) == template_snapshot``."""
    return snapshot.use_extension(TemplateSnapshotExtension)
