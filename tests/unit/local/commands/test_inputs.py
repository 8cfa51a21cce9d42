"""The input of an execution: --items, --input, or neither."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from constructs_lib.cli import main
from constructs_lib.local.commands.inputs import read_payload


@pytest.mark.parametrize("value", [{"day": "monday"}, {}, [1, {"two": None}], "text", 7, None, {"items": [1]}, "é🎉"])
def test_an_input_is_any_json_value_as_it_is(tmp_path: Path, value: Any) -> None:
    path = tmp_path / "input.json"
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8-sig")
    assert read_payload(None, path) == value


def test_items_become_an_object_and_nothing_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "items.json"
    path.write_text("[1, 2]")
    assert read_payload(path, None) == {"items": [1, 2]}
    assert read_payload(None, None) == {}


def test_there_is_one_input(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError, match="--items and --input exclude each other"):
        read_payload(tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{'a': 1}", "--input {path}: not JSON: "),
        ("", "--input {path}: not JSON: "),
        ('{"a": 1, "a": 2}', "--input {path}: not JSON: "),
        (json.dumps("x" * 262_144), "262,146 bytes, an execution's input is at most 262,144 bytes"),
    ],
)
def test_what_is_no_input_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "input.json"
    path.write_text(text)
    with pytest.raises(click.UsageError) as refused:
        read_payload(None, path)
    assert message.format(path=path) in refused.value.message


def test_json_in_the_place_of_its_file_is_told_the_way() -> None:
    with pytest.raises(click.UsageError) as refused:
        read_payload(None, Path('{"day": "monday"}'))
    assert refused.value.message == (
        '--input {"day": "monday"}: there is no such file; JSON itself comes by standard input: '
        """`echo '{"day": "monday"}' | … --input -`"""
    )


@pytest.mark.parametrize(
    ("text", "hint"), [('{"a": 1}', "--input takes an object as it is"), ("7", "--input takes it")]
)
def test_items_that_are_none_are_told_of_input(text: str, hint: str) -> None:
    result = CliRunner().invoke(main, ["local", "run", "Jobs", "--items", "-"], input=text)
    assert result.exit_code == 2
    assert hint in " ".join(result.output.split())
