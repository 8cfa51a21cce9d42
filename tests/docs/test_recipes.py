"""The gallery of examples has each of its recipes, with the picture of its state machine as it is now."""

import re
from pathlib import Path

import pytest

from constructs_lib.testing import read_templates
from docs.recipes_page import FILE, RECIPES, pictures
from tests.docs.pages import ROOT, Page

PAGE = FILE.read_text()
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
DRAWN = {"monitored": "Monitored", "nightly_schedule": "Nightly", "upload_pipeline": "Uploads"}
"""Examples whose templates there are already, and the names of their stacks."""


def test_the_page_has_each_recipe() -> None:
    assert [*SECTIONS] == [recipe.title for recipe in RECIPES]
    for recipe in RECIPES:
        assert f"python -m docs.examples.{recipe.example}\n" in SECTIONS[recipe.title]
        assert ("A run takes" in SECTIONS[recipe.title]) == recipe.planned


def test_each_command_is_an_example() -> None:
    commands = [line for block in Page(FILE).blocks("console") for line in block.text.splitlines()]
    examples = {f"python -m docs.examples.{path.stem}" for path in (ROOT / "docs" / "examples").glob("*.py")}
    assert set(commands) <= examples


@pytest.mark.parametrize("example", DRAWN)
def test_the_picture_is_that_of_the_state_machine(example: str, examples_assembly: Path) -> None:
    (recipe,) = (recipe for recipe in RECIPES if recipe.example == example)
    (drawn,) = pictures(read_templates(examples_assembly)[DRAWN[example]])
    assert f"```mermaid\n{drawn}```" in SECTIONS[recipe.title], "an example has changed: draw it with `make pictures`"
