"""A plan as programs read it."""

from typing import Any

from constructs_lib.ops.planning.dollars import Bill
from constructs_lib.ops.planning.plan import Choice, Plan


def as_dictionary(plan: Plan) -> dict[str, Any]:
    """A plan for programs."""
    return {
        "stack": plan.stack,
        "stateMachine": plan.machine,
        "region": plan.region,
        "items": plan.work.items,
        "secondsPerItem": plan.work.seconds,
        "itemsOf": dict(plan.work.items_of),
        "secondsOf": dict(plan.work.seconds_of),
        "seconds": round(plan.seconds, 3),
        "startSeconds": round(plan.start_seconds, 3),
        "dollars": round(plan.dollars, 6),
        "choices": [_choice(choice) for choice in plan.choices],
        "assumptions": {
            "instanceSeconds": plan.starts.instance,
            "imageSeconds": plan.starts.image,
            "fargateSeconds": plan.starts.fargate,
            "reclaimRate": plan.reclaim_rate,
            "spotShare": plan.prices.spot_share,
        },
        "prices": [source._asdict() for source in plan.prices.sources],
        "notes": list(plan.notes),
    }


def bill_as_list(bill: Bill) -> list[dict[str, Any]]:
    """The lines of a bill for programs; ``dollars`` is null where the price is not known."""
    return [
        {
            "what": item.what,
            "quantity": round(item.quantity, 6),
            "unit": item.unit,
            "dollars": None if item.dollars is None else round(item.dollars, 6),
            "estimated": item.estimated,
        }
        for item in bill.items
    ]


def _choice(choice: Choice) -> dict[str, Any]:
    most = None if choice.max_vcpus == float("inf") else choice.max_vcpus
    if choice.outcome is None:
        return {"name": choice.name, "maxVcpus": most, "refused": choice.refused}
    usage = choice.outcome.usage
    return {
        "name": choice.name,
        "maxVcpus": most,
        "seconds": round(choice.outcome.seconds, 3),
        "dollars": round(choice.bill.dollars, 6),
        "estimated": choice.bill.estimated,
        "withoutPrice": list(choice.bill.unknown),
        "mostJobsAtATime": round(choice.outcome.most_running),
        "jobs": round(choice.outcome.jobs),
        "attempts": round(usage.attempts),
        "reclaimed": round(usage.reclaimed),
        "vcpuHours": round(usage.job_vcpu_seconds / 3_600, 6),
        "simulated": round(choice.outcome.simulated, 6),
        "bill": bill_as_list(choice.bill),
    }
