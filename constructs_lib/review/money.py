"""What a change costs: what stands still, by the month, and the most that the maxima of environments allow by the hour.

Prices of vCPUs are those of the package's list; what it does not have is named, and in no sum.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from constructs_lib.ops.queues.capacity_prices import dollars_per_vcpu_hour
from constructs_lib.prices.standing import HOURS_PER_MONTH
from constructs_lib.review.changes import Side, StackChange
from constructs_lib.review.findings import Finding, listed
from constructs_lib.review.outcomes import ENVIRONMENT
from constructs_lib.review.standing import MONTHLY

_REGION: Final = "us-east-1"
_CENT: Final = 0.005
_STANDING: Final = "vCPU that always runs"


@dataclass
class Bill:
    """What a stack costs.

    Args:
        monthly: what stands still, in US dollars.
        hourly: all environments at their maximum.
        counts: how many of each that stands still.
        unknown: environments that have no known price, by logical id.
    """

    monthly: float = 0.0
    hourly: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    unknown: set[str] = field(default_factory=set)


def bill(side: Side, region: str) -> Bill:
    """What a stack costs on one side.

    Args:
        side: of the review.
        region: whose prices of vCPUs are taken.
    """
    found = Bill()
    for resource in side.of_type(*MONTHLY):
        name, price = MONTHLY[resource.type]
        if dollars := price(resource.properties):
            found.monthly += dollars
            found.counts[name] += 1
    for resource in side.of_type(ENVIRONMENT):
        limits = resource.properties.get("ComputeResources")
        if isinstance(limits, Mapping):
            _add_capacity(found, resource.logical_id, limits, region)
    return found


def in_words(stack: StackChange) -> Iterator[Finding]:
    """What is otherwise afterwards, with what it was before."""
    if not stack.after.stack:
        return
    region = stack.region or _REGION
    before, after = bill(stack.before, region), bill(stack.after, region)
    if abs(before.monthly - after.monthly) >= _CENT:
        counted = [_counted(name, before, after) for name in {**before.counts, **after.counts}]
        told = listed(text for text in counted if text)
        text = f"While no job runs it costs {after.monthly:,.2f} dollars a month, before {before.monthly:,.2f}"
        yield Finding(f"{text}{f': {told}' if told else ''}.", stack.name)
    if abs(before.hourly - after.hourly) >= _CENT:
        text = (
            f"With all compute environments at their maximum it costs at most {after.hourly:,.2f} dollars an hour, "
            f"before {before.hourly:,.2f}, by the prices of {region}."
        )
        yield Finding(text, stack.name)
    if unknown := sorted(after.unknown - before.unknown):
        yield Finding(f"What {listed(map(stack.shown, unknown))} costs is not in the price list.", stack.name)


def _counted(name: str, before: Bill, after: Bill) -> str:
    more = after.counts[name] - before.counts[name]
    return f"{abs(more)} {name if abs(more) == 1 else _plural(name)} {'more' if more > 0 else 'less'}" if more else ""


def _plural(name: str) -> str:
    return "vCPUs that always run" if name == _STANDING else f"{name}s"


def _add_capacity(found: Bill, logical_id: str, limits: Mapping[str, Any], region: str) -> None:
    most, least = (_number(limits.get(name, 0)) for name in ("MaxvCpus", "MinvCpus"))
    types = limits.get("InstanceTypes", ["optimal"])
    kind, known = limits.get("Type"), isinstance(types, list) and all(isinstance(one, str) for one in types)
    price = None
    if isinstance(kind, str) and known and most is not None and least is not None:
        price = dollars_per_vcpu_hour(region, {"type": kind.upper(), "instanceTypes": types})
    if price is None or most is None or least is None:
        found.unknown.add(logical_id)
        return
    found.hourly += most * price
    if least:
        found.monthly += least * price * HOURS_PER_MONTH
        found.counts[_STANDING] += int(least)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
