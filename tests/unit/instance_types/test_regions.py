"""What regions offer."""

import pytest

from constructs_lib.instance_types.refresh import REGIONS, by_families, offerings_from_moto
from constructs_lib.instance_types.regions import lacking, offered


def test_the_regions_are_what_the_refresh_command_makes() -> None:
    """A newer moto brings newer offerings: then run the command and look at the difference."""
    offerings = offerings_from_moto()
    assert REGIONS.read_text().count("\n") == len(offerings) + 2
    assert {region: offered(region) for region in offerings} == offerings


def test_a_family_that_a_region_has_all_of_is_told_by_its_name() -> None:
    found = by_families({"near": {"m5.large", "m5.xlarge", "c5.large"}, "far": {"m5.large"}})
    assert found == {"far": ["m5.large"], "near": ["c5", "m5"]}


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (["m5.large", "g5g.xlarge"], ["g5g.xlarge"]),
        (["g5g", "c5"], ["g5g"]),
        (["optimal", "default_arm64", "m5.bogus", "m99"], []),
    ],
)
def test_what_a_region_lacks(names: list[str], missing: list[str]) -> None:
    assert lacking(names, "eu-west-1") == missing


def test_of_a_region_that_nobody_knows_nothing_is_told() -> None:
    assert offered("mars-north-1") is None
    assert lacking(["g5g.xlarge"], "mars-north-1") == []
