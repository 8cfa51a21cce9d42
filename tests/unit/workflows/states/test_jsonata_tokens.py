"""JSONata is packed to the same tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.workflows.states.jsonata_tokens import Kind, NoTokenError, pack, quoted, tokens, unquoted

SYMBOLS = [*".[]{}(),@#;:?+-*%|=<>^&!~", "..", ":=", "!=", ">=", "<=", "**", "~>"]


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("( $a := 1 ;\n  $a + 2 )", "($a:=1; $a+2)"),
        ("/* what it is */ $a /* and * what / not */ .b", "$a.b"),
        ("$a and $b or ($c) in [1 , 2]", "$a and $b or ($c) in [1, 2]"),
        ("and.or.in and in", "and . or . in and in"),
        ("total / 2 / count", "total/2/count"),
        ("$match( $x , /a b/i )", "$match($x, /a b/i)"),
        ("$x ~> /[/ ] (\\/)/m and 1", "$x~>/[/ ] (\\/)/m and 1"),
        ("[ 0 .. $n - 1 ]", "[0..$n-1]"),
        ("1 - -1", "1--1"),
        ("a.* / b.** / %.c", "a.* /b.** /%.c"),
        ("2 * * ", "2* *"),
        ("a ? ? : b", "a? ? :b"),
        ("'a  b' & \"it's  so\"", "'a  b'&\"it's  so\""),
        ('"a \\" b" & "\\u00e9\\ud83d\\ude00\\n"', "'a \" b'&'é😀\\n'"),
        ("` a  b ` . c", "` a  b `.c"),
        ("1.5e-3 in x", "1.5e-3 in x"),
        ("function ( $x ) < n : n > { $x }", "function($x)<n:n>{$x}"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_white_space_and_comments_go(written: str, short: str) -> None:
    assert pack(written) == short
    assert pack(short) == short


@pytest.mark.parametrize("broken", ["'a", '"a\\"', "`a", "/* a", "$f(/a", "$f(/[/)"])
def test_what_ends_within_a_token_is_refused(broken: str) -> None:
    with pytest.raises(NoTokenError, match=r"line 2: .* without an end"):
        pack(f"1 +\n{broken}")


@given(st.text())
def test_a_text_is_quoted_to_what_it_is(text: str) -> None:
    literal = quoted(text)
    assert unquoted(literal) == text
    assert [(token.kind, token.text) for token in tokens(literal)] == [(Kind.STRING, literal)]


@given(st.text(st.characters(exclude_characters="\\\"'", exclude_categories=["Cc", "Cs"])))
def test_what_needs_no_escape_stays_as_it_is(text: str) -> None:
    assert quoted(text) == f"'{text}'"


words = st.sampled_from(["a", "and", "in", "$x", "$", "12", "0.5", "'a  b'", "` `", "b/"[:1], "$count"])


@given(st.lists(words | st.sampled_from(SYMBOLS), max_size=12), st.sampled_from([" ", "\n\t ", " /* a , b */ "]))
def test_packing_keeps_every_token(written: list[str], between: str) -> None:
    before = [token.text for token in tokens(between.join(written)) if token.kind is not Kind.COMMENT]
    assert before == written
    assert [token.text for token in tokens(pack(between.join(written)))] == before
