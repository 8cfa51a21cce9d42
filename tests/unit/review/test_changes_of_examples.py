"""Changes of the stacks in docs/examples, and the words that a reviewer has to read about each."""

import copy
from pathlib import Path

import pytest

from constructs_lib.review.report import reviewed
from constructs_lib.review.stacks import Stack, stacks_of
from tests.unit.review.changes_of_examples import CHANGES


@pytest.fixture(scope="module")
def examples(examples_assembly: Path) -> dict[str, Stack]:
    """The stacks of the examples by name, with the paths of their constructs."""
    return stacks_of(examples_assembly)


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_change_has_its_words_and_its_warnings(number: int, examples: dict[str, Stack]) -> None:
    name, edit, title, words, warned = CHANGES[number]
    old = examples[name]
    template = copy.deepcopy({**old.template})
    edit(template)
    new = Stack(name, template, old.paths, old.account, old.region, old.deployed_as)
    found = reviewed({name: old}, {name: new})
    said = "\n".join(finding.text for finding in found.of(title))
    assert [word for word in words if word not in said] == [], said
    assert found.kinds >= warned
    assert found.of("Resources")
