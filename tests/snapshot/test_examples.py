"""The templates of the stacks in docs/examples that show what no ready stack has."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib.testing import read_templates

STACKS = [
    "Compute",
    "Documents",
    "ImagePipeline",
    "JobContainers",
    "JobStorage",
    "ManagedInstances",
    "Monitored",
    "MultiNode",
    "Nightly",
    "StuckJobs",
    "TeamQueues",
    "ToldFailures",
    "TrainingQueue",
    "Uploads",
]


@pytest.mark.parametrize("stack", STACKS)
def test_template(stack: str, examples_assembly: Path, template_snapshot: SnapshotAssertion) -> None:
    assert read_templates(examples_assembly)[stack] == template_snapshot


def test_every_stack_has_a_snapshot(examples_assembly: Path) -> None:
    assert sorted(read_templates(examples_assembly)) == STACKS
