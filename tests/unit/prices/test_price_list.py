"""The price list: what it knows, where it is from, and own prices in its place."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.prices.price_list import SPOT_SHARE, PricesError, prices_of, regions
from constructs_lib.prices.refresh import compact, of_go, of_pages

DATE = re.compile(r"20\d\d-\d\d-\d\d")


def test_an_hour_of_an_instance_costs_what_aws_says() -> None:
    prices = prices_of("us-east-1")
    listed = {"c6i.large": 0.085, "m7i.xlarge": 0.2016, "g5.xlarge": 1.006, "p5.48xlarge": 55.04, "t3.micro": 0.0104}
    assert {name: prices.instance_hour(name) for name in listed} == listed
    assert prices_of("eu-central-1").instance_hour("c6i.large") == 0.097


def test_a_spot_instance_costs_an_assumed_share() -> None:
    assert prices_of("us-east-1").instance_hour("c6i.large", spot=True) == 0.085 * SPOT_SHARE


def test_fargate_has_its_prices_by_architecture_and_on_spot() -> None:
    prices = prices_of("us-east-1")
    assert prices.fargate_rate("X86_64") == (0.04048, 0.004445)
    assert prices.fargate_rate("ARM64") == (0.03238, 0.00356)
    spot = prices.fargate_rate("X86_64", spot=True)
    assert spot is not None
    assert 0.2 < spot.vcpu_hour / 0.04048 < 0.5


def test_what_is_not_known_is_none_and_no_guess() -> None:
    assert prices_of("us-east-1").instance_hour("z9.large") is None
    assert prices_of("eu-central-1").fargate_rate("ARM64") is None
    nowhere = prices_of("moon-north-1")
    assert (nowhere.instance_hour("c6i.large"), nowhere.transition, nowhere.sources) == (None, None, ())


@pytest.mark.parametrize("region", regions())
def test_every_price_has_a_date_and_a_source(region: str) -> None:
    prices = prices_of(region)
    assert len(prices.instances) > 50
    assert all(0 < price < 1_000 for price in prices.instances.values())
    assert all(DATE.fullmatch(source.date) and "https://" in source.source for source in prices.sources)


def test_the_regions_that_most_people_use_are_there() -> None:
    for region in ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1"):
        prices = prices_of(region)
        assert prices.fargate_rate("X86_64")
        assert prices.transition == 0.000025


def test_own_prices_take_the_place_of_those_of_the_list(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    own = {
        "instances": {"c6i.large": 0.05, "z9.large": 1},
        "fargate": {"ARM64": [0.03, 0.003]},
        "spotShare": 0.3,
        "logGb": 0.57,
        "date": "2026-11-01",
        "source": "our agreement",
    }
    path.write_text(json.dumps(own))
    prices = prices_of("eu-central-1").with_own(path)
    assert prices.instance_hour("c6i.large", spot=True) == pytest.approx(0.015)
    assert (prices.instance_hour("z9.large"), prices.instance_hour("c6i.xlarge")) == (1, 0.194)
    assert (prices.fargate_rate("ARM64"), prices.log_gb) == ((0.03, 0.003), 0.57)
    assert prices.sources[-1] == ("own prices", "2026-11-01", "our agreement")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[]", "expected an object with date, fargate"),
        ("{", "no JSON"),
        ('{"instance": {}}', "instance is no price; expected date"),
        ('{"instances": {"large": 1}}', "instances: large: expected an instance type"),
        ('{"instances": {"c6i.large": -1}}', "instances: c6i.large: expected a number of dollars, got -1"),
        ('{"instances": []}', "instances: expected an object"),
        ('{"fargate": {"x86": [1, 2]}}', "fargate: x86: expected ARM64 or X86_64"),
        ('{"fargate": {"ARM64": 1}}', r"fargate: ARM64: expected \[dollars per vCPU-hour"),
        ('{"put": true}', "put: expected a number of dollars, got True"),
    ],
)
def test_a_file_that_is_no_price_list_is_told_of(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(content)
    with pytest.raises(PricesError, match=told):
        prices_of("us-east-1").with_own(path)


def test_a_file_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(PricesError, match=r"prices\.json: No such file"):
        prices_of("us-east-1").with_own(tmp_path / "prices.json")


def test_a_family_is_one_price_per_vcpu_and_those_that_differ() -> None:
    prices = {"c6i.large": 0.085, "c6i.xlarge": 0.17, "c6i.metal": 6.0, "z9.large": 1.0}
    made = compact(prices)
    assert (made["perVcpu"], made["own"]) == ({"c6i": 0.0425}, {"c6i.metal": 6.0})
    assert "c6i.2xlarge" in made["missing"]
    assert "c6i.large" not in made["missing"]


def test_the_files_behind_the_page_of_aws_are_read(tmp_path: Path) -> None:
    def page(date: str, **prices: str) -> str:
        entries = {
            name: {"Instance Type": name.replace("_", "."), "price": price, "Operating System": "Linux"}
            for name, price in prices.items()
        }
        return json.dumps({"manifest": {"hawkFilePublicationDate": date}, "regions": {"Somewhere": entries}})

    (tmp_path / "eu-west-1-ondemand.json").write_text(page("2026-01-02T00:00:00Z", c6i_large="0.09"))
    (tmp_path / "eu-west-1-previousgen-ondemand.json").write_text(page("2026-01-02T00:00:00Z", c1_medium="0.1"))
    (tmp_path / "eu-west-2-ondemand.json").write_text('<?xml version="1.0"?><Error/>')
    (tmp_path / "eu-west-1-lhr-1-ondemand.json").write_text(page("2026-01-02T00:00:00Z", c6i_large="9"))
    found: dict[str, Any] = of_pages(tmp_path)
    assert found == {"eu-west-1": ("2026-01-02", {"c6i.large": 0.09, "c1.medium": 0.1})}


def test_a_generated_file_of_go_is_read(tmp_path: Path) -> None:
    path = tmp_path / "prices.go"
    path.write_text(
        '// generated at 2026-07-20T13:44:30Z for us-east-1\n\t"us-east-1": {\n\t\t"c6i.large": 0.085000,\n\t},\n'
    )
    assert of_go(path) == {"us-east-1": ("2026-07-20", {"c6i.large": 0.085})}
