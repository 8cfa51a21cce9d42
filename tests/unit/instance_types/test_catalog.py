"""Instance types, families and AWS's sets, and what of an instance jobs can have."""

import pytest

from constructs_lib.instance_types.catalog import allowed, catalog, known, memory_for_jobs, positions
from constructs_lib.instance_types.refresh import CATALOG, from_moto, shapes


@pytest.mark.parametrize(
    ("types", "families"),
    [(("c5",), {"c5"}), (("m5.large",), {"m5"}), (("default_arm64",), {"m6g", "c6g", "r6g", "c7g"})],
)
def test_families_and_sets(types: tuple[str, ...], families: set[str]) -> None:
    assert {shape.name.split(".")[0] for shape in allowed(types)} == families


def test_the_catalog_is_what_the_refresh_command_makes() -> None:
    """A newer moto brings newer types: then run the command and look at the difference."""
    known = {name: list(shape) for name, shape in shapes(from_moto()).items()}
    assert catalog().keys() >= {"m5.large", "g4dn.xlarge", "m6g.large", "p4d.24xlarge"}
    assert CATALOG.read_text().count("\n") == len(known) + 2
    assert (catalog()["g4dn.xlarge"].gpus, catalog()["m6g.large"].architecture) == (1, "arm64")


def test_a_family_has_no_bare_metal_and_a_type_may_be_it() -> None:
    assert not [shape for shape in allowed(("m7i",)) if "metal" in shape.name]
    assert [shape.name for shape in allowed(("m7i.metal-24xl",))] == ["m7i.metal-24xl"]


@pytest.mark.parametrize("name", ["m7i.large", "m7i", "optimal", "default_arm64"])
def test_types_families_and_sets_are_known(name: str) -> None:
    assert known(name)


@pytest.mark.parametrize("name", ["m7i.bogus", "m99", "", "m7i.", "${Token[TOKEN.1]}"])
def test_nothing_else_is(name: str) -> None:
    assert not known(name)
    assert allowed((name,)) == ()


def test_a_type_comes_where_it_is_named_and_not_with_its_family() -> None:
    found = positions(("c7i", "m7i.large", "c7i.xlarge", "nothing"))
    assert (found["c7i.large"], found["m7i.large"], found["c7i.xlarge"]) == (0, 1, 2)


def test_memory_is_that_of_awss_own_example() -> None:
    assert memory_for_jobs(8192) == pytest.approx(7985 - 32, abs=3)


def test_of_large_instances_only_what_linux_surely_keeps_is_counted() -> None:
    assert memory_for_jobs(768 * 1024) == pytest.approx(768 * 1024 * 63 / 64 - 79 - 32)
    assert memory_for_jobs(1024) == pytest.approx(1024 * 0.975 - 32)
    usable = [memory_for_jobs(1024 * gibibytes) / (1024 * gibibytes) for gibibytes in (1, 2, 8, 16, 64, 1024, 24576)]
    assert usable == sorted(usable), "what the system keeps grows slower than the memory"
    assert max(usable) < 63 / 64
