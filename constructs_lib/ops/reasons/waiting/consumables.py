"""Consumable resources, licences above all, of which nothing is left.

Source: https://docs.aws.amazon.com/batch/latest/userguide/resource-aware-scheduling.html
"""

from collections.abc import Iterator

from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix, listed
from constructs_lib.ops.reasons.waiting.situation import Situation

_PAGE = "https://docs.aws.amazon.com/batch/latest/userguide/resource-aware-scheduling.html"


def consumables_used(situation: Situation) -> Iterator[Finding]:
    """A resource that the job takes more of than is available."""
    for resource, quantity in situation.consumables:
        name, total = resource["consumableResourceName"], resource.get("totalQuantity", 0)
        available, in_use = resource.get("availableQuantity", 0), resource.get("inUseQuantity", 0)
        if quantity <= available:
            continue
        holders = situation.holders.get(name, ())
        never = quantity > total
        comes_back = resource.get("resourceType") == "REPLENISHABLE"
        word = "has" if never else "has left"
        later = "" if comes_back and not never else " Jobs use it up: it does not come back." if not never else ""
        more = Fix.run(
            "Raise its quantity.",
            *("aws", "batch", "update-consumable-resource", "--consumable-resource", name, "--operation", "ADD"),
            *("--quantity", quantity - (total if never else available)),
        )
        wait = Fix("Or wait: it comes back when the jobs that hold it end.") if comes_back and not never else None
        yield Finding(
            Cause.CONSUMABLE_USED,
            f"It takes {quantity} of consumable resource {name}, which {word} {total if never else available}.{later}",
            (
                f"{name}: {total} in all, {in_use} in use, {available} available",
                *([f"{name} is held by {listed(holders)}"] if holders else []),
            ),
            (more, *([wait] if wait else [])),
            _PAGE,
        )
