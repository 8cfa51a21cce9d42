"""What a run costs: its usage times the price list, line by line; what has no known price is said and left out."""

from collections.abc import Iterator
from dataclasses import dataclass

from constructs_lib.ops.planning.steps import Requests
from constructs_lib.ops.planning.usage import Usage
from constructs_lib.prices.price_list import Prices

_HOUR = 3_600.0


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a bill.

    Args:
        what: is charged for.
        quantity: of it.
        unit: of the quantity.
        dollars: that it costs; None if the price list does not know.
        estimated: whether the price moves, or is assumed.
    """

    what: str
    quantity: float
    unit: str
    dollars: float | None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Bill:
    """What something costs.

    Args:
        items: the lines.
    """

    items: tuple[Item, ...] = ()

    @property
    def dollars(self) -> float:
        """The sum of all lines whose price is known."""
        return sum(item.dollars or 0.0 for item in self.items)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What has no known price, and is not in the sum."""
        return tuple(item.what for item in self.items if item.dollars is None and item.quantity)

    @property
    def estimated(self) -> bool:
        """Whether a line has a price that moves, or is assumed."""
        return any(item.estimated for item in self.items if item.dollars)


def bill_of(usage: Usage, requests: Requests, prices: Prices, *, log_gb: float = 0.0) -> Bill:
    """What a run costs.

    Args:
        usage: of compute environments.
        requests: to Step Functions and S3.
        prices: of the region.
        log_gb: GB of logs. Default: none.
    """
    capacity = (*_instances(usage, prices), *_fargate(usage, prices), *_elsewhere(usage))
    return Bill((*capacity, *_requests(requests, prices, log_gb)))


def _instances(usage: Usage, prices: Prices) -> Iterator[Item]:
    for kind, seconds in sorted(usage.instance_seconds.items()):
        price = prices.instance_hour(kind.type, spot=kind.spot)
        hours = seconds / _HOUR
        what = f"EC2 {kind.type}{' Spot' if kind.spot else ''}"
        yield Item(what, hours, "hours", None if price is None else price * hours, estimated=kind.spot)


def _fargate(usage: Usage, prices: Prices) -> Iterator[Item]:
    for kind, use in sorted(usage.fargate.items()):
        rate = prices.fargate_rate(kind.architecture, spot=kind.spot)
        what = f"Fargate{' Spot' if kind.spot else ''}{' ARM' if kind.architecture == 'ARM64' else ''}"
        for part, seconds, price in (
            ("vCPUs", use.vcpu_seconds, rate and rate.vcpu_hour),
            ("memory", use.gb_seconds, rate and rate.gb_hour),
        ):
            hours = seconds / _HOUR
            unit = "vCPU-hours" if part == "vCPUs" else "GB-hours"
            yield Item(f"{what} {part}", hours, unit, None if price is None else price * hours, estimated=kind.spot)


def _elsewhere(usage: Usage) -> Iterator[Item]:
    for kind, seconds in sorted(usage.elsewhere.items()):
        yield Item(f"{kind} capacity", seconds / _HOUR, "vCPU-hours", None)


def _requests(requests: Requests, prices: Prices, log_gb: float) -> Iterator[Item]:
    for what, number, unit, price in (
        ("Step Functions", requests.transitions, "state transitions", prices.transition),
        ("S3 PUT", requests.puts, "requests", prices.put),
        ("S3 GET", requests.gets, "requests", prices.get),
        ("CloudWatch Logs", log_gb, "GB", prices.log_gb),
    ):
        if number:
            yield Item(what, float(number), unit, None if price is None else number * price)
