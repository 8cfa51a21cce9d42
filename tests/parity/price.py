"""What a run costs, told before anything is made: as `constructs-lib plan` has it, and what it can come to at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from constructs_lib.network.prices import PUBLIC_ADDRESS_HOUR_USD
from constructs_lib.ops import Work, parts_of_app, plan
from constructs_lib.prices.price_list import Prices, prices_of
from tests.parity.pipeline import MAX_VCPUS, synthesize
from tests.parity.scenarios import BAD, GOOD, LONG

EXECUTIONS: Final[Sequence[int]] = (len([GOOD, GOOD]), len([GOOD, BAD]), len([BAD]), len([LONG]), len([GOOD]))
"""How many items the executions of the scenarios have."""

_SECONDS: Final = 60
"""Fargate charges for a minute at least."""

_JOB_VCPUS: Final = 0.25
_GB_PER_VCPU: Final = 2
_US_EAST_1: Final = "us-east-1"


@dataclass(frozen=True)
class Price:
    """What a run costs in a region.

    Args:
        region: whose prices these are.
        dollars: that the executions cost.
        hourly: dollars for an hour in which all vCPUs are used that the environment may have at last.
        unknown: what has no known price, and is left out.
        sources: of the prices, with their dates.
    """

    region: str
    dollars: float
    hourly: float
    unknown: tuple[str, ...]
    sources: tuple[str, ...]

    def seconds(self, budget: float) -> float:
        """How long a run may take at most until a budget is used up."""
        return max(0.0, budget - self.dollars) / self.hourly * 3_600

    def __str__(self) -> str:
        """The price, and what it is made of."""
        unknown = f"\n  not known in this region, and left out: {', '.join(self.unknown)}" if self.unknown else ""
        return (
            f"A run costs about {self.dollars:.3f} dollars in {self.region}: {sum(EXECUTIONS)} jobs of a minute on "
            f"0.25 vCPUs of Fargate, and their state transitions and requests.\n"
            f"  while jobs hang, an hour costs {self.hourly:.3f} dollars at most{unknown}\n"
            f"  prices: {'; '.join(self.sources)}"
        )


def price_of(directory: Path, region: str) -> Price:
    """The price of a run.

    Args:
        directory: for what is synthesized.
        region: where; prices of Fargate that the list does not have are those of us-east-1.
    """
    synthesize(directory, "parity-price")
    parts = parts_of_app(directory, "parity-price", region=region)
    bills = [plan(parts, Work(items, _SECONDS), alternatives=False).choices[0].bill for items in EXECUTIONS]
    prices = prices_of(region)
    unknown = dict.fromkeys(name for bill in bills for name in bill.unknown)
    return Price(
        region,
        sum(bill.dollars for bill in bills),
        _hourly(prices),
        tuple(unknown),
        tuple(f"{source.what} of {source.date}" for source in prices.sources),
    )


def _hourly(prices: Prices) -> float:
    rate = prices.fargate_rate("X86_64") or prices_of(_US_EAST_1).fargate_rate("X86_64")
    assert rate is not None
    vcpus = 2 * MAX_VCPUS
    addresses = vcpus / _JOB_VCPUS * PUBLIC_ADDRESS_HOUR_USD
    return vcpus * (rate.vcpu_hour + _GB_PER_VCPU * rate.gb_hour) + addresses
