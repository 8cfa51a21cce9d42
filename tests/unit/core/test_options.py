"""Options that several constructs share: signatures, docstrings, defaults, and old spellings."""

import inspect
import warnings
from dataclasses import dataclass
from typing import Annotated, Self, TypedDict, Unpack, get_type_hints

import pytest

from constructs_lib import ConfigurationError
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import Option, documented, filled, flat
from constructs_lib.core.checked.superseded import renamed, superseded


class Shared(TypedDict, total=False):
    """What two functions take."""

    size: Annotated[int | None, Option("of each, a text that is " + "long " * 30 + "indeed. Default: none.")]
    loud: Annotated[bool, Option("whether it is heard. Default: it is.", default=True)]


class More(Shared, total=False):
    """What one of them takes besides."""

    name: Annotated[str, Option("of it. Default: empty.", default="")]


@checked
@documented
@flat
def play(*, tune: str, **options: Unpack[More]) -> str:
    """Play a tune.

    Args:
        tune: which one.
        loud: for once, whether the neighbours hear it.

    Returns:
        What is heard.
    """
    given = filled(More, options)
    return f"{tune} {given['name']} {given['loud']}"


def test_the_signature_has_the_options_one_by_one_with_those_of_all_bases() -> None:
    parameters = inspect.signature(play).parameters
    assert {name: each.default for name, each in parameters.items() if name != "tune"} == {
        "size": None,
        "loud": True,
        "name": "",
    }
    assert {each.kind for each in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert get_type_hints(play)["size"] == int | None


def test_the_docstring_says_each_option_in_the_order_of_the_signature_and_its_own_words_win() -> None:
    lines = (play.__doc__ or "").splitlines()
    assert [line.split(":")[0].strip() for line in lines if line.startswith("    ") and line[4] != " "][:4] == [
        "tune",
        "size",
        "loud",
        "name",
    ]
    assert "    loud: for once, whether the neighbours hear it." in lines
    assert max(map(len, lines)) <= 116
    assert lines[-2:] == ["Returns:", "    What is heard."]


def test_an_option_that_is_not_given_is_its_default() -> None:
    assert play(tune="la") == "la  True"
    assert play(tune="la", name="x", loud=False) == "la x False"


def test_options_are_checked_by_name_and_type_as_other_arguments_are() -> None:
    wrong: dict[str, object] = {"sise": 1}
    with pytest.raises(ConfigurationError, match=r"Write size=…"):
        play(tune="la", **wrong)  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match=r"play loud: got 1 \(int\), True or False is needed"):
        play(tune="la", loud=1)  # type: ignore[arg-type]


def test_a_function_without_options_has_nothing_to_flatten() -> None:
    def plain(*, tune: str) -> None:
        del tune

    with pytest.raises(TypeError, match="takes no options that are unpacked"):
        flat(plain)


def test_a_dataclass_says_of_inherited_fields_what_their_class_says() -> None:
    @dataclass(kw_only=True)
    class Base:
        """A base.

        Args:
            first: from the base.
        """

        first: int = 0

    @documented
    @dataclass(kw_only=True)
    class Derived(Base):
        """A class.

        Args:
            second: its own.
        """

        second: int = 0

    assert Derived.__doc__ == "A class.\n\nArgs:\n    first: from the base.\n    second: its own."


def test_an_old_spelling_is_the_new_one_with_a_warning_where_it_is_written() -> None:
    @superseded("after", value=False, by="ends")
    @checked
    class Waiting:
        def __init__(self, *, after: int | None = None, ends: bool = True) -> None:
            self.given = (after, ends)

    old: dict[str, object] = {"after": False}
    with pytest.warns(DeprecationWarning, match=r"Waiting: after=False is now ends=False") as warned:
        assert Waiting(**old).given == (None, False)  # type: ignore[arg-type]
    assert warned[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Waiting(after=3).given == (3, True)
        assert Waiting(ends=False).given == (None, False)


def test_an_old_name_of_an_argument_is_the_new_one_with_a_warning_where_it_is_written() -> None:
    @renamed("allowed", to="pattern", of=("__init__", "made"))
    @checked
    class Source:
        def __init__(self, *, pattern: str = "*") -> None:
            self.pattern = pattern

        @classmethod
        def made(cls, *, pattern: str = "*") -> Self:
            return cls(pattern=pattern)

    old: dict[str, str] = {"allowed": "in/*"}
    for make, called in ((Source, "Source"), (Source.made, r"Source\.made")):
        with pytest.warns(DeprecationWarning, match=rf"{called}: allowed is now pattern") as warned:
            assert make(**old).pattern == "in/*"
        assert warned[0].filename == __file__
        with pytest.raises(ConfigurationError, match="allowed"):
            make(**old, pattern="out/*")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Source.made(pattern="in/*").pattern == "in/*"
