"""The price list: what an hour, a request or a state transition costs in a region, and from when and where that is.

Prices are in US dollars, without taxes, free tiers, discounts and Savings Plans. What the list does not know is None,
and never a guess.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from constructs_lib.instance_types.catalog import catalog

SPOT_SHARE: Final = 0.4
"""What Spot Instances are assumed to cost of the price on demand: AWS says up to 90 % less, and each type moves alone.

Source: https://aws.amazon.com/ec2/spot/pricing/
"""

_INSTANCES: Final = "https://aws.amazon.com/ec2/pricing/on-demand/"
_OWN: Final = (
    "date",
    "fargate",
    "fargateSpot",
    "get",
    "instances",
    "logGb",
    "put",
    "source",
    "spotShare",
    "transition",
)
_ARCHITECTURES: Final = ("ARM64", "X86_64")
_TYPE: Final = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")


class PricesError(ValueError):
    """A file of own prices that is none; the text says what was expected, and where."""


class Source(NamedTuple):
    """Where prices are from.

    Args:
        what: they are of.
        date: of the list, as YYYY-MM-DD.
        source: an address, or a file.
    """

    what: str
    date: str
    source: str


class Rate(NamedTuple):
    """What Fargate charges.

    Args:
        vcpu_hour: for a vCPU for an hour.
        gb_hour: for a GB of memory for an hour.
    """

    vcpu_hour: float
    gb_hour: float


@dataclass(frozen=True)
class Prices:
    """The prices of a region, in US dollars.

    Args:
        region: such as ``eu-central-1``.
        instances: an hour of each EC2 instance type with Linux, on demand.
        fargate: Fargate with Linux, by architecture.
        fargate_spot: Fargate Spot, by architecture.
        transition: a state transition of a standard workflow.
        put: a PUT request of S3 Standard.
        get: a GET request.
        log_gb: a GB of logs that CloudWatch takes in.
        spot_share: what Spot Instances cost of the price on demand.
        sources: of all that.
    """

    region: str
    instances: Mapping[str, float] = field(default_factory=dict)
    fargate: Mapping[str, Rate] = field(default_factory=dict)
    fargate_spot: Mapping[str, Rate] = field(default_factory=dict)
    transition: float | None = None
    put: float | None = None
    get: float | None = None
    log_gb: float | None = None
    spot_share: float = SPOT_SHARE
    sources: tuple[Source, ...] = ()

    def instance_hour(self, instance_type: str, *, spot: bool = False) -> float | None:
        """An hour of an instance; for a Spot Instance an estimate.

        Args:
            instance_type: such as ``c7g.large``.
            spot: whether it is a Spot Instance. Default: it is on demand.
        """
        price = self.instances.get(instance_type)
        return price * self.spot_share if price is not None and spot else price

    def fargate_rate(self, architecture: str, *, spot: bool = False) -> Rate | None:
        """What Fargate charges; prices of Fargate Spot move.

        Args:
            architecture: ``X86_64`` or ``ARM64``.
            spot: whether on Fargate Spot. Default: on demand.
        """
        return (self.fargate_spot if spot else self.fargate).get(architecture)

    def with_own(self, path: Path) -> Self:
        """These prices, with those of a file in their place.

        The file is a JSON object with any of ``instances`` (dollars per hour, by type), ``fargate`` and ``fargateSpot``
        (``[vCPU-hour, GB-hour]``, by ``X86_64`` and ``ARM64``), ``transition``, ``put``, ``get``, ``logGb``,
        ``spotShare``, ``date`` and ``source``.

        Args:
            path: of the file.

        Raises:
            PricesError: the file is no such object.
        """
        own = _read(path)
        single = {"transition": "transition", "put": "put", "get": "get", "logGb": "log_gb", "spotShare": "spot_share"}
        numbers: dict[str, Any] = {name: _number(path, key, own[key]) for key, name in single.items() if key in own}
        fargate, spot = (
            {name: Rate(*_rate(path, key, name, value)) for name, value in own.get(key, {}).items()}
            for key in ("fargate", "fargateSpot")
        )
        instances = {
            name: _number(path, f"instances: {name}", value) for name, value in own.get("instances", {}).items()
        }
        return replace(
            self,
            instances={**self.instances, **instances},
            fargate={**self.fargate, **fargate},
            fargate_spot={**self.fargate_spot, **spot},
            sources=(
                *self.sources,
                Source("own prices", str(own.get("date", "no date")), str(own.get("source", path))),
            ),
            **numbers,
        )


@cache
def regions() -> tuple[str, ...]:
    """The regions of which the list has prices of instances."""
    return tuple(_data("instances.json"))


@cache
def prices_of(region: str) -> Prices:
    """The prices of a region, as far as the list has them.

    Args:
        region: such as ``eu-central-1``.
    """
    of_instances = _data("instances.json").get(region)
    sources = [Source("EC2 on demand", of_instances["date"], _INSTANCES)] if of_instances else []
    known: dict[str, Any] = {}
    for name, lists in _data("services.json").items():
        if found := [item for item in lists if region in item["regions"]]:
            known[name] = found[-1]["regions"][region]  # the newest
            sources.append(Source(_WHAT[name], found[-1]["date"], found[-1]["source"]))
    fargate, spot = (
        {architecture: Rate(*rate) for architecture, rate in known.get(name, {}).items()}
        for name in ("fargate", "fargateSpot")
    )
    return Prices(
        region,
        instances=_instances(of_instances) if of_instances else {},
        fargate=fargate,
        fargate_spot=spot,
        transition=known.get("stepFunctions", {}).get("transition"),
        put=known.get("s3", {}).get("put"),
        get=known.get("s3", {}).get("get"),
        log_gb=known.get("logs", {}).get("gb"),
        sources=tuple(sources),
    )


_WHAT: Final = {
    "fargate": "Fargate",
    "fargateSpot": "Fargate Spot",
    "stepFunctions": "Step Functions",
    "s3": "S3",
    "logs": "CloudWatch Logs",
}


def _instances(listed: Mapping[str, Any]) -> dict[str, float]:
    """The price of each type, from those per vCPU of its family and those that differ."""
    per_vcpu, own = listed["perVcpu"], listed["own"]
    missing = set(listed["missing"])
    usual = {
        name: round(per_vcpu[family] * shape.vcpus, 6)
        for name, shape in catalog().items()
        if (family := name.partition(".")[0]) in per_vcpu and name not in missing
    }
    return {**usual, **own}


@cache
def _data(name: str) -> Any:
    return json.loads(files("constructs_lib.prices").joinpath(name).read_text(encoding="utf-8"))


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PricesError(f"{path}: {error.strerror or error}") from None
    except ValueError as error:
        raise PricesError(f"{path}: no JSON: {error}") from None
    if not isinstance(found, dict):
        raise PricesError(f"{path}: expected an object with {', '.join(_OWN)}")
    if unknown := sorted(found.keys() - set(_OWN)):
        raise PricesError(f"{path}: {unknown[0]} is no price; expected {', '.join(_OWN)}")
    for key, names in (("instances", _TYPE), ("fargate", None), ("fargateSpot", None)):
        if not isinstance(found.get(key, {}), dict):
            raise PricesError(f"{path}: {key}: expected an object")
        for name in found.get(key, {}):
            if not (names.fullmatch(name) if names else name in _ARCHITECTURES):
                raise PricesError(
                    f"{path}: {key}: {name}: expected {'an instance type' if names else ' or '.join(_ARCHITECTURES)}"
                )
    return found


def _rate(path: Path, key: str, name: str, value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - vCPU and GB
        raise PricesError(f"{path}: {key}: {name}: expected [dollars per vCPU-hour, dollars per GB-hour]")
    return _number(path, f"{key}: {name}", value[0]), _number(path, f"{key}: {name}", value[1])


def _number(path: Path, where: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise PricesError(f"{path}: {where}: expected a number of dollars, got {value!r}")
    return float(value)
