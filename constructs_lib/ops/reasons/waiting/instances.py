"""Instances that are being started, that cannot be started, or that start and never join their cluster.

Sources: https://repost.aws/knowledge-center/batch-job-stuck-runnable-status and
https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix, counted
from constructs_lib.ops.reasons.job_descriptions import demand
from constructs_lib.ops.reasons.signs import read, sign
from constructs_lib.ops.reasons.waiting.blocked import failed_activities
from constructs_lib.ops.reasons.waiting.situation import Described, Situation, is_fargate, most_vcpus, name
from constructs_lib.ops.times import age

_PAGE = "https://repost.aws/knowledge-center/batch-job-stuck-runnable-status"
_QUOTAS = (
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits"
)
_STARTS: Final = "https://docs.aws.amazon.com/batch/latest/userguide/job_states.html"

NORMAL_SECONDS: Final = 10 * 60
"""AWS Batch looks at a queue every minute or so, and an instance takes two to five minutes to start and to join."""


def missing_instances(situation: Situation) -> Iterator[Finding]:
    """The head of the queue, with room under the maximum, and no instance that has it."""
    line = situation.line
    if line is None or line.count or not situation.is_runnable or not situation.usable:
        return
    most = sum(map(most_vcpus, situation.usable))
    if most - situation.used - situation.held_elsewhere < (demand(situation.job).vcpus or 0):
        return
    if found := list(failed_starts(situation.activities)):
        yield from found
        return
    if situation.waited < NORMAL_SECONDS:
        yield _starting(situation)
        return
    if lonely := _without_instances(situation):
        yield lonely


def failed_starts(activities: Mapping[str, Sequence[Described]]) -> Iterator[Finding]:
    """Why EC2 could not start an instance, by the latest activities of EC2 Auto Scaling for environments."""
    texts = failed_activities(activities)
    if found := read(_SIGNS, texts, {}):
        yield found.with_evidence(*texts)


def slow_start(situation: Situation) -> Iterator[Finding]:
    """A job that has its place, and whose container does not start."""
    if situation.job["status"] != "STARTING":
        return
    long = situation.waited > NORMAL_SECONDS
    yield Finding(
        Cause.SLOW_START,
        "It has its place, and its image is being pulled and its container started."
        + (" That takes long: the image is large, or its registry is reached slowly or not at all." if long else ""),
        (f"STARTING, submitted {age(situation.waited)} ago",),
        (Fix("Wait: a pull that fails is tried again for minutes, and then the job fails and says why."),),
        _STARTS,
    )


def _starting(situation: Situation) -> Finding:
    on_fargate = all(map(is_fargate, situation.usable))
    what = "capacity of Fargate is being provided" if on_fargate else "an instance is being started for it"
    return Finding(
        Cause.STARTING_INSTANCE,
        f"It is next and there is room: {what}. That is normal for up to {age(NORMAL_SECONDS)}; it has waited "
        f"{age(situation.waited)}.",
        tuple(_instances(situation)),
        (Fix("Wait."),),
        _PAGE,
    )


def _without_instances(situation: Situation) -> Finding | None:
    """Instances are wanted, and the cluster of the environment has none."""
    empty = [
        each
        for each in situation.usable
        if each.get("computeResources", {}).get("desiredvCpus")
        and situation.clusters.get(each.get("ecsClusterArn", "")) == 0
    ]
    if not empty:
        return None
    first = name(empty[0])
    return Finding(
        Cause.INSTANCES_DO_NOT_JOIN,
        f"Compute environment {first} wants instances, and none has joined its Amazon ECS cluster: they do not reach "
        "Amazon ECS, their role lacks a right, or their machine image has no ECS agent.",
        tuple(_instances(situation)),
        (
            Fix(
                "Give the subnets a route to Amazon ECS: a NAT gateway, public addresses, or the "
                "endpoints of ECS (ecs, ecs-agent, ecs-telemetry)."
            ),
            Fix("Give the role of the instances the policy AmazonEC2ContainerServiceforEC2Role."),
            Fix.run(
                "Look at what an instance wrote when it started.",
                "aws",
                "ec2",
                "get-console-output",
                "--instance-id",
                "INSTANCE",
            ),
        ),
        _PAGE,
    )


def _instances(situation: Situation) -> Iterator[str]:
    for each in situation.usable:
        resources = each.get("computeResources", {})
        joined = situation.clusters.get(each.get("ecsClusterArn", ""))
        there = f", {counted(joined, 'instance')} in its cluster" if joined is not None and not is_fargate(each) else ""
        wanted = f", desiredvCpus {resources['desiredvCpus']:,g}" if "desiredvCpus" in resources else ""
        yield f"{name(each)}: maxvCpus {most_vcpus(each):,g}{wanted}{there}"


_SIGNS: Final = (
    sign(
        Cause.EC2_QUOTA,
        r"VcpuLimitExceeded|more vCPU capacity than your current vCPU limit|MaxSpotInstanceCountExceeded|"
        r"InstanceLimitExceeded",
        "The account may run no more instances of this kind: its quota of EC2 is used.",
        Fix("Ask for a higher quota.", "aws service-quotas list-service-quotas --service-code ec2"),
        Fix("Or allow instance types that count against another quota."),
        source=_QUOTAS,
    ),
    sign(
        Cause.NO_CAPACITY,
        r"InsufficientInstanceCapacity|do not have sufficient|UnfulfillableCapacity|"
        r"no Spot capacity|capacity-not-available",
        "AWS has no capacity for it: EC2 cannot start an instance of the types that the environments allow.",
        Fix("Allow more instance types and sizes, and subnets in more Availability Zones."),
        Fix("On Spot, add an on-demand environment to the queue, or give the fan-out a fallback_queue."),
        source="https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable_capacity.html",
    ),
    sign(
        Cause.INSTANCE_CONFIGURATION,
        r"Unsupported|InvalidParameter|not supported in your requested Availability Zone|"
        r"InvalidAMI|Invalid IAM Instance Profile",
        "EC2 refuses the instances as the environment configures them.",
        Fix("Compare instance types, Availability Zones, machine image and launch template with what EC2 says."),
        source="https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable_misconfiguration.html",
    ),
)
