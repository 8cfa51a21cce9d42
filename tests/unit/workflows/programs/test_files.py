"""Programs are in files, each of which is JSONata by itself; Python has but short expressions."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import constructs_lib
from constructs_lib.core.protocol import FIELD
from constructs_lib.workflows.states.jsonata_tokens import Kind, Token, packed
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.texts import fault_of
from tests.unit.workflows.programs.engines import Reference

LIBRARY = Path(constructs_lib.__file__).parent
FILES = sorted(LIBRARY.rglob("*.jsonata"))
MOST_LINES = 3

names = pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(LIBRARY)) for file in FILES])


@names
def test_a_file_is_jsonata_by_itself(reference: Reference, file: Path) -> None:
    assert fault_of(file.read_text()) is None
    parsed = f"function() {{ {file.read_text()} }}"
    assert reference.answer(f"$type({parsed})", {}) == "function"


@names
def test_packed_it_still_is(reference: Reference, file: Path) -> None:
    made = program(str(file), file.stem)
    assert fault_of("".join(packed(list(made.tokens)))) is None
    parsed = f"function() {{ {''.join(packed(list(made.tokens)))} }}"
    assert reference.answer(f"$type({parsed})", {}) == "function"


@names
def test_a_file_is_used(file: Path) -> None:
    modules = [path.read_text() for path in file.parent.glob("*.py")]
    includes = [path.read_text() for path in FILES]
    by_name = re.compile(rf'"{file.stem}"')
    included = re.compile(rf"/\* include (\S+/)?{file.stem}\.jsonata \*/")
    assert any(map(by_name.search, modules)) or any(map(included.search, includes))


def texts_of(module: Path) -> Iterator[str]:
    """The texts of a module as they stand in it, without docstrings."""
    source = module.read_text()
    tree = ast.parse(source)
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in documents:
            yield ast.get_source_segment(source, node) or ""


def is_long_program(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip(" fr\"'")]
    return len(lines) > MOST_LINES and re.search(r"\$states\b|:=|\$\w+\(", text) is not None


def test_no_module_has_a_program_of_more_than_three_lines() -> None:
    modules = sorted((LIBRARY / "workflows").rglob("*.py"))
    assert [module for module in modules if any(map(is_long_program, texts_of(module)))] == []


def test_an_expression_of_a_user_comes_first_and_once() -> None:
    given = {file: program(str(file), file.stem) for file in FILES if "$given:" in file.read_text()}
    assert {file.stem for file in given} == {"read_items", "read_items_of_one_payload", "overrides_of_round"}
    for made in given.values():
        beginning = [token.text for token in made.tokens[:4]]
        assert beginning[0] == "("
        assert beginning[2:] == [":=", "$given"]
        assert made.tokens.count(Token(Kind.VARIABLE, "$given")) == 1


def test_the_field_of_a_rerun_has_one_name() -> None:
    rerun = program(str(LIBRARY / "workflows" / "fan_out" / "list" / "module.py"), "rerun")
    assert Token(Kind.NAME, FIELD) in rerun.tokens
