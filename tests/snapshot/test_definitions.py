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

from constructs_lib.core.container_contract import SET_BY_FAN_OUTS, SKIP_FINISHED
from constructs_lib.limits import STEP_FUNCTIONS_DEFINITION_BYTES
from docs.examples.workflows import NAMES
from docs.pictures import PAGE, redrawn
from tests.policy.test_state_machines import problems

# The construct id, which is the user's, and what the state does: "Items: Put failures to S3".
PLAIN_WORDS = re.compile(r"([A-Z]\w+: )?[A-Z][a-z]+( [a-z]+| S3| AWS)*")

# In JSONata, as a key with its value or compared with one name or several.
VARIABLE = re.compile(r"""Name["']?\s*(?::|!?=|in)\s*(["'][A-Z_]+["']|\[["'][^]]*\])""")

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


def test_containers_are_told_by_the_variables_of_the_contract_and_by_each_of_them(
    workflow_definitions: dict[str, Any],
) -> None:
    texts = "\n".join(text for definition in workflow_definitions.values() for text in _texts(definition))
    named = {name for place in VARIABLE.findall(texts) for name in re.findall("[A-Z_]+", place)}
    assert named | {SKIP_FINISHED} == SET_BY_FAN_OUTS  # no example skips what is finished


def test_sizes_are_a_fraction_of_what_aws_takes(workflow_definitions: dict[str, Any]) -> None:
    sizes = {name: len(json.dumps(definition).encode()) for name, definition in workflow_definitions.items()}
    assert max(sizes.values()) <= 0.05 * STEP_FUNCTIONS_DEFINITION_BYTES, sizes


def _texts(value: Any) -> Iterator[str]:
    """Strings, which are expressions for the most part, and the names of variables that stand in no expression."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        if isinstance(name := value.get("Name"), str):
            yield f"Name: '{name}'"
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _states(machine: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All states of a machine, also those inside of others."""
    for name, state in machine["States"].items():
        yield name, state
        for inner in [*state.get("Branches", []), *filter(None, [state.get("ItemProcessor")])]:
            yield from _states(inner)
