"""Why the jobs of a queue wait: the queue, its environments, and the job at its front; and an environment alone."""

from constructs_lib.ops.errors import NotFoundError
from constructs_lib.ops.names import Kind
from constructs_lib.ops.reasons.explanations import Cause, Explanation, Finding, Fix, counted
from constructs_lib.ops.reasons.job_descriptions import resource_name
from constructs_lib.ops.reasons.of_jobs import explain_job
from constructs_lib.ops.reasons.reading import queues
from constructs_lib.ops.reasons.reading.asking import Asking
from constructs_lib.ops.reasons.unknown import unknown
from constructs_lib.ops.reasons.waiting.environments import of_environments, of_queue
from constructs_lib.ops.reasons.waiting.instances import failed_starts
from constructs_lib.ops.reasons.waiting.situation import most_vcpus

_ENVIRONMENTS = "https://docs.aws.amazon.com/batch/latest/userguide/compute_environments.html"
_PAGE = "https://docs.aws.amazon.com/batch/latest/userguide/job_queues.html"


def explain_queue(asking: Asking, arn: str) -> Explanation:
    """Explain a queue.

    Args:
        asking: reads, and notes what it may not read.
        arn: of the queue.

    Raises:
        NotFoundError: there is none.
    """
    name, queue = resource_name(arn), queues.queue_of(asking, arn)
    if queue is None and not asking.refused:
        raise NotFoundError(f"no job queue {name} in {asking.account.shown}")
    if queue is None:
        found = unknown(
            f"Job queue {name} cannot be described.",
            asking.refused,
            Fix("Ask with the right batch:DescribeJobQueues."),
            source=_PAGE,
        )
        return Explanation(str(Kind.QUEUE), arn, name, "UNKNOWN", found, not_asked=asking.refused)
    environments = queues.environments_of(asking, queue)
    snapshot = queues.snapshot_of(asking, arn)
    wrong = [*of_queue(queue), *of_environments(environments)]
    front = [entry["jobArn"] for entry in snapshot.get("frontOfQueue", {}).get("jobs", [])]
    below = (explain_job(asking, resource_name(front[0])),) if front else ()
    used = sum(
        entry["quantity"]
        for entry in snapshot.get("queueUtilization", {}).get("totalCapacityUsage", [])
        if entry.get("capacityUnit") == "VCPU"
    )
    most = sum(map(most_vcpus, environments))
    work = f"{used:,g} of {counted(most, 'vCPU')} are in use"
    behind = ("nothing" if len(front) == 1 else counted(len(front) - 1, "job")) + (
        " or more" if len(front) >= _FRONT else ""
    )
    if wrong:
        finding = wrong.pop(0).with_evidence(work)
    elif below:
        first = below[0]
        finding = Finding(
            first.cause,
            f"At its front waits job {first.name}, with {behind} behind it. {first.sentence}",
            (work,),
            first.fixes,
            first.source,
        )
    elif used:
        finding = Finding(Cause.QUEUE_WORKS, f"No job waits in it, and {work}.", (work,), (), _PAGE)
    else:
        finding = Finding(Cause.QUEUE_EMPTY, "No job of it waits or runs.", (work,), (), _PAGE)
    state = f"{queue.get('state')}, {queue.get('status')}"
    return Explanation(str(Kind.QUEUE), arn, name, state, finding, tuple(wrong), below, asking.refused)


def explain_environment(asking: Asking, arn: str) -> Explanation:
    """Explain a compute environment: why it takes no jobs, or that it does.

    Args:
        asking: reads, and notes what it may not read.
        arn: of the environment.

    Raises:
        NotFoundError: there is none.
    """
    found = asking.client("batch").describe_compute_environments(computeEnvironments=[arn])["computeEnvironments"]
    if not found:
        raise NotFoundError(f"no compute environment {resource_name(arn)} in {asking.account.shown}")
    environment = found[0]
    most = f"It may have {counted(most_vcpus(environment), 'vCPU')}."
    finding, *also = [
        *of_environments([environment]),
        *failed_starts(queues.activities_of(asking, [environment])),
        Finding(Cause.ENVIRONMENT_WORKS, f"It takes jobs. {most}", (most,), (), _ENVIRONMENTS),
    ]
    state = f"{environment.get('state')}, {environment.get('status')}"
    others = tuple(each for each in also if each.cause is not Cause.ENVIRONMENT_WORKS)
    return Explanation(str(Kind.ENVIRONMENT), arn, resource_name(arn), state, finding, others, (), asking.refused)


_FRONT = 100
