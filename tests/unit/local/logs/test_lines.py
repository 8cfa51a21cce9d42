"""Lines become events as Docker's log driver sends them: whole, unless they are too long."""

import pytest

from constructs_lib.local.logs import lines
from constructs_lib.local.logs.lines import MOST, WINDOW, first_piece


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (b"one\ntwo\n", ["one", "two"]),
        (b"\n\none\n\n", ["one"]),
        (b"windows\r\n", ["windows\r"]),
        (b"nul \0 and \xff\n", ["nul \0 and \ufffd"]),
        (b"not ended", ["not ended"]),
        (b"", []),
    ],
)
def test_each_line_that_is_not_empty_is_a_message(block: bytes, expected: list[str]) -> None:
    assert lines.messages(block) == expected
    assert lines.count(block) == len(expected)


@pytest.mark.parametrize(
    ("line", "length"),
    [
        (b"x", 1),
        (b"x" * MOST, MOST),
        (b"x" * WINDOW, MOST),
        ("ä".encode() * (WINDOW // 2), MOST),
        (b"x" + "ä".encode() * (WINDOW // 2), MOST - 1),
        (b"xxx" + "🙂".encode() * (WINDOW // 4), MOST - 3 - (MOST - 3) % 4 + 3),
        (b"\xff" * (MOST // 3), MOST // 3),
        (b"\xff" * MOST, MOST // 3),
        (b"\0" * WINDOW, MOST),
        (b"x" * (MOST - 100) + b"\xff" * 10, MOST - 90),
        (b"x" * (MOST - 1) + b"\xc3", MOST // 3),
    ],
    ids=["short", "longest", "longer", "ä", "ä at the end", "🙂", "binary", "long binary", "nul", "a bit", "half an ä"],
)
def test_a_line_that_is_too_long_is_cut_between_characters(line: bytes, length: int) -> None:
    assert first_piece(line[:WINDOW]) == length
    assert len(line[:length].decode(errors="replace").encode()) <= MOST
