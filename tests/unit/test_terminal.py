"""What is shown of other people's texts commands no terminal."""

import json
import logging
import sys
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from constructs_lib.terminal import LONGEST_LINE, VisibleFormatter, json_text, visible

texts = st.text(st.characters(), max_size=50)
FORBIDDEN = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), "\u202e", "\u2066", "\u200f", "\u2028", "\ud800"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Grüße 🎉 \t x", "Grüße 🎉 \t x"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x1b]52;c;ZXZpbA==\x07", r"\x1b]52;c;ZXZpbA==\x07"),
        ("\x9b2J", r"\x9b2J"),
        ("10%\r20%\r", r"10%\r20%"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("\x08\x08hidden", r"\x08\x08hidden"),
        ("user\u202egnp.exe", r"user\u202egnp.exe"),
        ("\ud800", r"\ud800"),
        ("\x00", r"\x00"),
        ("[red]no markup[/]", "[red]no markup[/]"),
        ("", ""),
    ],
)
def test_what_commands_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_line_of_megabytes_is_cut_off_and_says_so() -> None:
    shown = visible("first\n" + "x" * 5_000_000 + "\nlast")
    assert shown == f"first\n{'x' * LONGEST_LINE}… (4,990,000 more characters)\nlast"
    assert visible("x" * LONGEST_LINE) == "x" * LONGEST_LINE
    assert visible("abcdef", 3) == "abc… (3 more characters)"


@given(texts)
@example("".join(map(chr, range(0x250))))
def test_nothing_shown_is_a_control_character(text: str) -> None:
    shown = visible(text)
    assert not {*shown} & (FORBIDDEN - {"\t", "\n"})
    assert {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"} <= {"Cc"}
    shown.encode()  # every stream takes it


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(texts, some, max_size=3),
    max_leaves=10,
)


@given(json_values)
@example(["\x9b2J\x7f", {"\u202e": "\ud800"}])
def test_json_stays_the_same_json(value: Any) -> None:
    text = json_text(value)
    assert json.loads(text) == json.loads(json.dumps(value))
    assert not {*text} & FORBIDDEN
    assert json_text("Größe") == '"Größe"'


def test_a_log_shows_it_too() -> None:
    try:
        raise ValueError("\x1b[2J")
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, "", 0, "%s failed", ("GET /\x1b]0;x\x07",), sys.exc_info())
    shown = VisibleFormatter().format(record)
    assert "\x1b" not in shown
    assert shown.startswith(r"GET /\x1b]0;x\x07 failed" + "\nTraceback")
