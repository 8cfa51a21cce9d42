"""The embedded AWS evaluates every expression of a workflow as the reference implementation of JSONata does."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from constructs_lib.local.states.expressions import evaluation
from constructs_lib.workflows.states.expressions import is_jsonata
from constructs_lib.workflows.states.jsonata_tokens import Kind, tokens
from tests.properties import examples
from tests.unit.workflows.programs.engines import Reference, Refused, embedded

ROOT = Path(__file__).parents[4]
SHORT = 60


def expressions_of(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from expressions_of(item)
    elif is_jsonata(value):
        yield value[2:-2]


DEFINITIONS = sorted((ROOT / "tests/snapshot/__snapshots__/test_definitions").glob("*.json"))
EXPRESSIONS = sorted(
    {text for file in DEFINITIONS for text in expressions_of(json.loads(file.read_text())) if len(text) > SHORT},
    key=len,
)

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 5),
    # None that makes ranges of millions: beyond ten of them a range is refused.
    st.sampled_from([-1, 0.5, 10**15 + 1, 2**53]),
    st.sampled_from(["", "States.TaskFailed", "FAILED", "SEQUENTIAL", '{"JobId": "j-1", "StatusReason": "Host EC2"}']),
    st.text(max_size=8),
)


def values(names: list[str]) -> st.SearchStrategy[Any]:
    """Values as the expressions of these names meet them: numbers, texts, lists, and records of some of the names."""
    rows = st.dictionaries(st.sampled_from(names), LEAVES | st.lists(st.integers(0, 5), max_size=3), max_size=4)
    return LEAVES | st.lists(LEAVES | st.lists(LEAVES, max_size=2), max_size=4) | rows | st.lists(rows, max_size=4)


@st.composite
def states_of(draw: st.DrawFn, text: str) -> dict[str, Any]:
    """What the expression reads, or a part of it."""
    names = sorted({token.text for token in tokens(text) if token.kind is Kind.NAME}) or ["a"]
    states: dict[str, Any] = {"input": {}, "context": {}}
    for path in sorted(evaluation.parse(text).reads.get("states", ())):
        if not path or draw(st.integers(0, 9)) == 0:
            continue
        at: Any = states
        for name in path[:-1]:
            at = at.setdefault(name, {}) if isinstance(at, dict) else {}
        if isinstance(at, dict) and path[-1] not in at:
            at[path[-1]] = draw(values(names))
    return states


def outcome(answer: Any) -> Any:
    try:
        return answer()
    except Refused:
        return Refused


@pytest.mark.parametrize("text", EXPRESSIONS, ids=range(len(EXPRESSIONS)))
@settings(max_examples=examples(0.3), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_expression_has_one_answer(reference: Reference, text: str, data: st.DataObject) -> None:
    states = data.draw(states_of(text))
    assert outcome(lambda: embedded(text, states)) == outcome(lambda: reference.answer(text, states))
