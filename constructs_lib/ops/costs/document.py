"""The cost of an execution as programs read it."""

from typing import Any

from constructs_lib.ops.costs.bill import Cost, JobCost


def as_dictionary(cost: Cost) -> dict[str, Any]:
    """A cost for programs."""
    return {
        "execution": cost.execution,
        "name": cost.name,
        "status": cost.status,
        "seconds": round(cost.seconds, 3),
        "dollars": round(cost.dollars, 6),
        "estimated": cost.estimated,
        "jobs": [_job(job) for job in cost.jobs],
        "instances": [
            {
                "type": item.type,
                "spot": item.spot,
                "instances": item.instances,
                "hours": round(item.hours, 6),
                "dollars": None if item.dollars is None else round(item.dollars, 6),
            }
            for item in cost.instances
        ],
        "transitions": cost.transitions,
        "transitionDollars": None if cost.transition_dollars is None else round(cost.transition_dollars, 6),
        "prices": [source._asdict() for source in cost.prices.sources],
        "notes": list(cost.notes),
    }


def _job(job: JobCost) -> dict[str, Any]:
    sizing = job.sizing
    return {
        "job": job.job,
        "vcpus": job.vcpus,
        "memory": job.memory,
        "jobs": job.jobs,
        "attempts": job.attempts,
        "reclaimed": job.reclaimed,
        "seconds": round(job.seconds, 3),
        "vcpuHours": round(job.vcpu_hours, 6),
        "gbHours": round(job.gb_hours, 6),
        "dollars": round(job.dollars, 6),
        "reclaimedDollars": round(job.reclaimed_dollars, 6),
        "estimated": job.estimated,
        "withoutPrice": list(job.unknown),
        "places": dict(job.places),
        "used": None
        if sizing is None
        else {
            "measured": sizing.measured,
            "vcpus": round(sizing.vcpus, 3),
            "memory": round(sizing.memory, 1),
            "enoughVcpus": sizing.enough_vcpus,
            "enoughMemory": sizing.enough_memory,
        },
    }
