from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.templates.unknown import Source, Unknown, derived, is_known, joined, resources_in

QUEUE = Source("Queue.Arn", frozenset({"Queue"})).value
PIECES = st.lists(st.text(max_size=3) | st.just(QUEUE))


@given(PIECES, PIECES)
def test_joining_is_the_same_however_it_is_grouped(one: list[str | Unknown], other: list[str | Unknown]) -> None:
    assert joined([joined(one), joined(other)]) == joined([*one, *other])


@given(st.lists(st.text()))
def test_known_texts_are_a_known_text(pieces: list[str]) -> None:
    assert joined(pieces) == "".join(pieces)


def test_a_text_shows_what_it_waits_for() -> None:
    text = joined(["a-", QUEUE, "-b"])
    assert str(text) == "a-${Queue.Arn}-b"
    assert isinstance(text, Unknown)
    assert (text.prefix, QUEUE.prefix) == ("a-", "")


def test_what_is_unknown_is_found_wherever_it_is() -> None:
    value = {"a": [1, {"b": derived("Fn::Base64", QUEUE)}], "c": None}
    assert not is_known(value)
    assert is_known({"a": [1, None, "x"]})
    assert resources_in(value) == {"Queue"}
    assert resources_in(["x"]) == frozenset()
