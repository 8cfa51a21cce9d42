"""What a change of code changes in an account: one reviewed template per stack.

After an intended change, `make update-snapshots` writes them anew.
"""

from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

STACKS = ["ArrayStack", "DistributedStack", "MapStack", "PriorityQueuesStack", "WeatherStack"]


@pytest.mark.parametrize("stack", STACKS)
def test_template(stack: str, templates: dict[str, dict[str, Any]], template_snapshot: SnapshotAssertion) -> None:
    assert templates[stack] == template_snapshot


def test_every_stack_has_a_snapshot(templates: dict[str, dict[str, Any]]) -> None:
    assert sorted(templates) == STACKS
