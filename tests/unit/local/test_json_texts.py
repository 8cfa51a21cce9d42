"""What is JSON is read as it is, and what is not is told with its place."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.json_texts import JsonTextError, kind, parse, read

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(value=VALUES, is_ascii=st.booleans(), indent=st.sampled_from([None, 2]), mark=st.booleans())
def test_what_is_written_is_read(*, value: Any, is_ascii: bool, indent: int | None, mark: bool) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii, indent=indent)
    assert parse(text.encode("utf-8-sig" if mark else "utf-8")) == value


@given(content=st.binary(max_size=40) | st.text(alphabet='[]{}",:0123456789.eE-+ \n\\ud', max_size=40).map(str.encode))
def test_anything_else_is_one_error(content: bytes) -> None:
    try:
        json.dumps(parse(content), allow_nan=False).encode()
    except JsonTextError as error:
        said = str(error)
    else:
        said = ""
    assert said.isprintable()


def test_the_place_is_that_of_an_editor() -> None:
    with pytest.raises(JsonTextError, match=r"^Expecting value, in line 3 column 5: 'x, \\\\u2028'$"):
        parse(b"[1,\n\n    x, \\u2028\n]")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "Is a directory"), (tmp_path / "no", "No such file or directory")):
        with pytest.raises(JsonTextError, match=f"^{path}: {said}$"):
            read(path)
    (tmp_path / "x").write_text("{")
    with pytest.raises(JsonTextError, match=r"x is not JSON: it ends too early, in line 1 column 2$"):
        read(tmp_path / "x")


def test_kinds_are_those_of_json() -> None:
    found = [kind(value) for value in (None, True, {}, [], "", 0, 0.5)]
    assert found == ["null", "true", "an object", "an array", "a string", "a number", "a number"]
