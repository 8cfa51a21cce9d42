"""What AWS Batch itself says of a job at the head of its queue, or of one that it has cancelled for that.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html and the pages below it, also
those for service jobs: https://docs.aws.amazon.com/batch/latest/userguide/sm_job_stuck_in_runnable.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix, shortened
from constructs_lib.ops.reasons.signs import read, sign
from constructs_lib.ops.reasons.waiting.situation import Described, Situation

_PAGE = "https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable"
_OF_SERVICES = "https://docs.aws.amazon.com/batch/latest/userguide/sm_job_stuck_in_runnable"


def reported_by_aws(situation: Situation) -> Iterator[Finding]:
    """The reason in the job's ``statusReason``, with what EC2 Auto Scaling says of it."""
    found = blocked(situation.job)
    if found is not None:
        yield found.with_evidence(*failed_activities(situation.activities))


def blocked(job: Described) -> Finding | None:
    """The reason why a job blocks its queue, or was cancelled for it; None where AWS gives none that is known."""
    words = {"queue": str(job.get("jobQueue", "")).rpartition("/")[2]}
    return read(_SIGNS, [str(job.get("statusReason", ""))], words)


def failed_activities(activities: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """What EC2 Auto Scaling said when it could not start an instance."""
    return [
        f"EC2 Auto Scaling for {name}: {shortened(activity.get('StatusMessage') or activity.get('Cause', ''), 300)}"
        for name, known in activities.items()
        for activity in known
        if activity.get("StatusCode") in ("Failed", "Cancelled")
    ][:2]


_SIGNS: Final = (
    sign(
        Cause.NO_CAPACITY,
        r"CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
        "AWS has no capacity for it: EC2 cannot start an instance of the types, in the Availability Zones and at the "
        "price that the environments allow.",
        Fix("Allow more instance types and sizes, and subnets in more Availability Zones."),
        Fix("On Spot, add an on-demand environment to queue {queue}, or give the fan-out a fallback_queue."),
        Fix("Let the queue cancel what waits too long: cancel_without_capacity_after, or RunnableWatch."),
        source=f"{_PAGE}_capacity.html",
    ),
    sign(
        Cause.MAX_VCPUS,
        r"MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE",
        "It asks for more vCPUs than the maximum (maxvCpus) of the environments of queue {queue}.",
        Fix("Raise the maximum.", "constructs-lib scale ENVIRONMENT --max-vcpus N"),
        source=f"{_PAGE}_misconfiguration.html",
    ),
    sign(
        Cause.NO_INSTANCE_TYPE,
        r"MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
        "It asks for more vCPUs, memory or GPUs than any instance type of the environments of queue {queue} has.",
        Fix("Add larger instance types to the environments, or let the job ask for less."),
        source=f"{_PAGE}_misconfiguration.html",
    ),
    sign(
        Cause.INSTANCE_CONFIGURATION,
        r"MISCONFIGURATION:EC2_INSTANCE_CONFIGURATION_UNSUPPORTED",
        "EC2 refuses the instances as the environments of queue {queue} configure them: a type that the Availability "
        "Zones do not have, or a launch template that does not go with the type.",
        Fix("See where the types exist.", "aws ec2 describe-instance-type-offerings --location-type availability-zone"),
        Fix("Compare the launch template with what the types support, or use newer types."),
        source=f"{_PAGE}_misconfiguration.html",
    ),
    sign(
        Cause.SERVICE_ROLE,
        r"MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS",
        "The service role of the environments of queue {queue} lacks a permission.",
        Fix(
            "Compare it with the managed policy AWSBatchServiceRole, or use the service-linked "
            "role AWSServiceRoleForBatch."
        ),
        source=f"{_PAGE}_misconfiguration.html",
    ),
    sign(
        Cause.SERVICE_LIMIT,
        r"MISCONFIGURATION:(?P<which>SERVICE_ENVIRONMENT_MAX_RESOURCE|QUOTA_MANAGEMENT_LIMIT_EXCEEDED)",
        "It asks for more instances than its service environment or its quota share may have.",
        Fix("Raise maxCapacity of the service environment or of the quota share, or ask for fewer instances."),
        source=f"{_OF_SERVICES}_misconfiguration.html",
    ),
    sign(
        Cause.ENVIRONMENT_INVALID,
        r"ACTION_REQUIRED - CE\(s\) associated with the job queue are invalid",
        "All environments of queue {queue} are INVALID.",
        Fix("See why.", "constructs-lib why {queue}"),
        source="https://docs.aws.amazon.com/batch/latest/userguide/invalid_compute_environment.html",
    ),
    sign(
        Cause.UNDETERMINED,
        r"^UNDETERMINED",
        "AWS Batch finds that it blocks queue {queue}, and does not know why.",
        Fix("See whether the instances of the environment start, and join its Amazon ECS cluster."),
        source="https://repost.aws/knowledge-center/batch-job-stuck-runnable-status",
    ),
)
