"""Patches of moto's classes: one after the other, around each other, and gone again."""

from collections.abc import Callable

from constructs_lib.local.states.patching import Around, Patch, PatchSet


class Owner:
    def name(self) -> str:
        return "moto"


class Heir(Owner):
    pass


def around(before: Callable[[Owner], str]) -> Callable[[Owner], str]:
    return lambda self: f"around {before(self)}"


def test_one_that_is_around_has_what_is_in_force_before() -> None:
    patches = PatchSet()
    patches.apply(
        [Patch(Owner, "name", lambda _: "first"), Around(Owner, "name", around), Around(Heir, "name", around)]
    )
    assert (Owner().name(), Heir().name()) == ("around first", "around around first")
    patches.undo()
    assert (Owner().name(), Heir().name()) == ("moto", "moto")
    assert "name" not in vars(Heir)
