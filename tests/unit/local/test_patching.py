"""Changes of libraries: one after the other, around each other, refused when they do not fit, and gone again."""

import importlib.metadata
from collections.abc import Callable
from typing import Any

import pytest
from moto.logs.models import LogsBackend
from moto.stepfunctions.models import StepFunctionBackend

from constructs_lib.local.patching import Around, BackendClass, Change, Entry, Item, MovedError, Patch, Patches, Undo


class Owner:
    size = 1

    def name(self, style: str = "") -> str:
        return f"moto{style}"

    @staticmethod
    def kind(text: str) -> str:
        return text

    @classmethod
    def made(cls, text: str) -> str:
        return f"{cls.__name__} {text}"


class Heir(Owner):
    pass


def around(before: Callable[..., str]) -> Callable[..., str]:
    def name(self: Owner, style: str = "") -> str:
        return f"around {before(self, style)}"

    return name


def first(self: Owner, style: str = "") -> str:  # noqa: ARG001
    return "first"


def picture() -> list[dict[str, Any]]:
    return [dict(vars(kind)) for kind in (Owner, Heir)]


class Failing:
    def begin(self) -> Undo:
        raise LookupError


def test_one_that_is_around_has_what_is_in_force_before() -> None:
    before = picture()
    with Patches([Patch(Owner, "name", first), Around(Owner, "name", around), Around(Heir, "name", around)]):
        assert (Owner().name(), Heir().name()) == ("around first", "around around first")
    assert (Owner().name(), Heir().name()) == ("moto", "moto")
    assert picture() == before


def test_static_and_class_methods_come_back_as_they_were() -> None:
    before = picture()
    changes = [
        Patch(Owner, "kind", staticmethod(lambda text: f"our {text}")),
        Patch(Owner, "made", classmethod(lambda cls, text: f"our {cls.__name__} {text}")),
    ]
    with Patches(changes):
        assert (Owner.kind("a"), Heir.made("b")) == ("our a", "our Heir b")
    assert picture() == before


def test_an_attribute_that_is_added_is_gone_again() -> None:
    with Patches([Patch(Owner, "colour", "red", adds=True)]):
        assert Owner.colour == "red"  # type: ignore[attr-defined]
    assert not hasattr(Owner, "colour")


def test_entries_and_items_are_gone_again() -> None:
    table, values = {"a": 1}, ["x"]
    changes = [Entry(table, "moto.table", "a", 2), Entry(table, "moto.table", "b", 3, adds=True), Item(values, "y")]
    with Patches([*changes, Item(values, "x")]):
        assert (table, values) == ({"a": 2, "b": 3}, ["x", "y"])
    assert (table, values) == ({"a": 1}, ["x"])


def test_what_was_made_is_undone_when_another_change_fails() -> None:
    before = picture()
    with pytest.raises(LookupError), Patches([Patch(Owner, "name", first), Patch(Owner, "size", 2), Failing()]):
        pytest.fail("entered")
    assert picture() == before


def test_they_can_be_made_again_and_be_undone_twice() -> None:
    patches = Patches([Patch(Owner, "size", 2)])
    for _ in range(2):
        with patches:
            assert Owner.size == 2
        patches.__exit__()
        assert Owner.size == 1


def test_an_attribute_that_moto_has_renamed_is_refused_with_the_versions_that_work() -> None:
    with pytest.raises(MovedError) as refused, Patches([Patch(StepFunctionBackend, "_check_arn", first)]):
        pytest.fail("entered")
    installed = importlib.metadata.version("moto")
    assert str(refused.value).startswith(
        "moto.stepfunctions.models.StepFunctionBackend._check_arn is not there: "
        f"the embedded AWS replaces it, and cannot with moto {installed}. Install a version that it is tested with: "
        "moto[cloudformation,s3,server,stepfunctions]"
    )
    assert ">=5.2.5" in str(refused.value)
    assert "<5.3" in str(refused.value)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (Around(Owner, "title", around), "title is not there"),
        (Patch(Owner, "name", lambda self: "x"), "name has a parameter 'style' that its replacement lacks"),  # noqa: ARG005
        (
            Patch(Owner, "name", lambda self, style, more: "x"),  # noqa: ARG005
            "name has no parameter 'more', which its replacement needs",
        ),
        (
            Patch(Owner, "name", lambda self, more=1, style="": "x"),  # noqa: ARG005
            "name has its parameter 'style' in another place than its replacement",
        ),
        (
            Patch(Owner, "kind", staticmethod(lambda name: name)),
            "kind has a parameter 'text' that its replacement lacks",
        ),
        (Around(Owner, "name", lambda _: lambda self, form="": "x"), "name has a parameter 'style'"),  # noqa: ARG005
        (Entry({}, "moto.core.config.table", "iam", 1), "moto.core.config.table['iam'] is not there"),
    ],
)
def test_what_does_not_fit_is_refused(change: Change, problem: str) -> None:
    before = picture()
    with pytest.raises(MovedError) as refused:
        change.begin()
    assert problem in str(refused.value)
    assert picture() == before


@pytest.mark.parametrize(
    "replacement",
    [
        lambda *_, **__: "x",
        lambda self, **_: "x",  # noqa: ARG005
        lambda self, style="", *, more=1: "x",  # noqa: ARG005
        lambda self, *, style="": "x",  # noqa: ARG005
    ],
)
def test_a_replacement_may_take_more_and_take_it_in_other_ways(replacement: Callable[..., str]) -> None:
    with Patches([Patch(Owner, "name", replacement)]):
        assert Owner().name(style="!") == "x"


class Backends(dict[str, object]):
    backend: type = LogsBackend
    service_name = "logs"


class OwnLogs(LogsBackend):  # type: ignore[misc]
    pass


def test_backends_are_of_our_class_meanwhile_and_none_of_them_stays() -> None:
    backends = Backends(a=1)
    with Patches([BackendClass(backends, OwnLogs)]):
        assert (backends.backend, dict(backends)) == (OwnLogs, {})
        backends["a"] = 2
    assert (backends.backend, dict(backends)) == (LogsBackend, {})


def test_backends_of_a_class_that_is_not_moto_s_are_refused() -> None:
    class Other(Backends):
        backend = int

    with pytest.raises(MovedError, match="LogsBackend is not what logs backends are made of"):
        BackendClass(Other(), OwnLogs).begin()
