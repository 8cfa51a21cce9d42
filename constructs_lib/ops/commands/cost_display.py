"""The cost of an execution as people read it at a terminal."""

import re
from collections.abc import Iterator
from typing import Final

from constructs_lib.ops.commands.display import age, console, plain, show_table
from constructs_lib.ops.commands.plan_display import money
from constructs_lib.ops.costs.bill import Cost, JobCost

_JOBS: Final = ("job", "vCPUs>", "MiB>", "jobs>", "attempts>", "ran>", "dollars>", "on")
_USED: Final = ("job", "vCPUs used>", "of>", "MiB used>", "of>", "enough")
_INSTANCES: Final = ("instance", "instances>", "hours>", "dollars>")
_MADE: Final = re.compile(r"(?:[0-9A-F]{8})?-[A-Z0-9]{12,13}$")
_LEFT_OUT: Final = "data transfer, storage, logs, networks, taxes and discounts"


def show(cost: Cost) -> None:
    """Print a cost: tables at a terminal, lines of cells with tabs between them in a pipe."""
    shown = console()
    if shown.is_terminal:
        about = "~" if cost.estimated else ""
        shown.print(
            f"[bold]{plain(cost.name)}[/] {cost.status}, {age(cost.seconds)}: [bold]{about}{money(cost.dollars)}[/] "
            f"US dollars in {cost.prices.region}"
        )
    else:
        for cells in _lines(cost):
            shown.file.write("\t".join(cells) + "\n")
        return
    show_table(shown, "Jobs", _JOBS, [_row(job) for job in cost.jobs])
    if measured := [job for job in cost.jobs if job.sizing]:
        show_table(shown, "Used, at most", _USED, [_used(job) for job in measured])
    if cost.instances:
        rows = [
            (
                f"{item.type}{' Spot' if item.spot else ''}",
                item.instances,
                f"{item.hours:,.1f}",
                "?" if item.dollars is None else money(item.dollars),
            )
            for item in cost.instances
        ]
        show_table(shown, "Instances that they ran on, as a whole", _INSTANCES, rows)
    for sentence in sentences(cost):
        shown.print(plain(sentence))


def _lines(cost: Cost) -> Iterator[list[str]]:
    """The same for a pipe: seconds and dollars as plain numbers."""
    for job in cost.jobs:
        numbers = (job.vcpus, job.memory, job.jobs, job.attempts, round(job.seconds), round(job.dollars, 6))
        yield ["job", plain(job.job), *(f"{number:g}" for number in numbers[:2]), *map(str, numbers[2:])]
    for item in cost.instances:
        dollars = "" if item.dollars is None else f"{item.dollars:.6f}"
        yield ["instance", item.type, str(item.instances), f"{item.hours:.6f}", dollars]
    dollars = "" if cost.transition_dollars is None else f"{cost.transition_dollars:.6f}"
    yield ["transitions", str(cost.transitions), dollars]
    yield ["total", f"{cost.dollars:.6f}"]


def sentences(cost: Cost) -> Iterator[str]:
    """What the sum is made of, and what it leaves out."""
    if cost.transition_dollars is None:
        yield f"{cost.transitions:,} state transitions; their price in {cost.prices.region} is not known."
    else:
        yield f"{cost.transitions:,} state transitions cost {money(cost.transition_dollars)}."
    if lost := sum(job.reclaimed_dollars for job in cost.jobs):
        reclaimed = sum(job.reclaimed for job in cost.jobs)
        yield f"{reclaimed:,} attempts were reclaimed, after they had cost {money(lost)}."
    if unknown := list(dict.fromkeys(what for job in cost.jobs for what in job.unknown)):
        yield f"Not in the sum, as the price is not known: {', '.join(unknown)}."
    places = [place for job in cost.jobs for place in job.places]
    if any(place.startswith("EC2") and place.endswith("Spot") for place in places):
        yield f"~ Spot Instances at {cost.prices.spot_share:.0%} of the price on demand, which is an assumption."
    if any(place.startswith("Fargate Spot") for place in places):
        yield "~ Fargate Spot at its price of the date below; it moves."
    if any(job.guessed for job in cost.jobs):
        yield "~ The types of some instances are no longer known: taken is the one that suits the job best."
    if not any(job.sizing for job in cost.jobs):
        yield (
            "What jobs used is not known: switch Container Insights on for the clusters of the compute environments."
        )
    yield from cost.notes
    dates = ", ".join(f"{source.what} of {source.date}" for source in cost.prices.sources)
    yield f"Prices: {dates or 'none are known for this region'}; without {_LEFT_OUT}."


def _short(job: str) -> str:
    """A name without what CloudFormation and the CDK end it with."""
    return plain(_MADE.sub("", job))


def _row(job: JobCost) -> tuple[object, ...]:
    about = "~" if job.estimated else ""
    more = "+?" if job.unknown else ""
    return (
        _short(job.job),
        f"{job.vcpus:g}",
        f"{job.memory:,.0f}",
        f"{job.jobs:,}",
        f"{job.attempts:,}",
        age(job.seconds),
        f"{about}{money(job.dollars)}{more}",
        ", ".join(job.places),
    )


def _used(job: JobCost) -> tuple[object, ...]:
    sizing = job.sizing
    if sizing is None:
        return (_short(job.job),)
    enough = "what it has"
    if sizing.enough_vcpus is not None and sizing.enough_memory is not None:
        enough = f"{sizing.enough_vcpus:g} vCPU, {sizing.enough_memory:,.0f} MiB"
    return (
        _short(job.job),
        f"{sizing.vcpus:.2f}",
        f"{job.vcpus:g}",
        f"{sizing.memory:,.0f}",
        f"{job.memory:,.0f}",
        enough,
    )
