"""What each workflow does, state by state: one reviewed definition per workflow of docs/examples/workflows.py.

After an intended change, `make pictures update-snapshots` draws and writes them anew.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from constructs_lib.limits import STEP_FUNCTIONS_DEFINITION_BYTES
from docs.examples.workflows import NAMES
from docs.pictures import PAGE, redrawn
from tests.policy.test_state_machines import problems

# The construct id, which is the user's, and what the state does: "Items: Put failures to S3".
PLAIN_WORDS = re.compile(r"([A-Z]\w+: )?[A-Z][a-z]+( [a-z]+| S3| AWS)*")

workflows = pytest.mark.parametrize("workflow", NAMES)


@workflows
def test_definition(workflow: str, workflow_definitions: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    assert workflow_definitions[workflow] == snapshot.use_extension(JSONSnapshotExtension)


@workflows
def test_names_are_plain_words_and_each_state_has_a_comment(
    workflow: str, workflow_definitions: dict[str, Any]
) -> None:
    states = dict(_states(workflow_definitions[workflow]))
    assert [name for name in states if not PLAIN_WORDS.fullmatch(name)] == []
    assert [name for name, state in states.items() if not str(state.get("Comment", "")).endswith(".")] == []


@workflows
def test_the_language_is_kept(workflow: str, workflow_definitions: dict[str, Any]) -> None:
    assert problems(workflow_definitions[workflow]) == []


def test_the_pictures_are_those_of_the_definitions(workflow_definitions: dict[str, Any]) -> None:
    page = PAGE.read_text()
    assert redrawn(page, workflow_definitions) == page, "a definition has changed: draw it with `make pictures`"


def test_sizes_are_a_fraction_of_what_aws_takes(workflow_definitions: dict[str, Any]) -> None:
    sizes = {name: len(json.dumps(definition).encode()) for name, definition in workflow_definitions.items()}
    assert max(sizes.values()) <= 0.05 * STEP_FUNCTIONS_DEFINITION_BYTES, sizes


def _states(machine: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All states of a machine, also those inside of others."""
    for name, state in machine["States"].items():
        yield name, state
        for inner in [*state.get("Branches", []), *filter(None, [state.get("ItemProcessor")])]:
            yield from _states(inner)
