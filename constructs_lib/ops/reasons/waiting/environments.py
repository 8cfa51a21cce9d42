"""Queues and environments that take no jobs: disabled ones, and those that AWS Batch calls INVALID.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/invalid_compute_environment.html and
https://docs.aws.amazon.com/batch/latest/userguide/job_queue_parameters.html
"""

from collections.abc import Iterator, Sequence
from typing import Final

from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix, listed, shortened
from constructs_lib.ops.reasons.signs import Sign, read, sign
from constructs_lib.ops.reasons.waiting.placement import miss
from constructs_lib.ops.reasons.waiting.situation import Described, Situation, name

_QUEUES = "https://docs.aws.amazon.com/batch/latest/userguide/job_queue_parameters.html"
_STATES = "https://docs.aws.amazon.com/batch/latest/userguide/compute_environment_parameters.html"
_INVALID = "https://docs.aws.amazon.com/batch/latest/userguide/invalid_compute_environment.html"
_REPAIR = "https://docs.aws.amazon.com/batch/latest/userguide/invalid_compute_environment.html#repairing_invalid_compute_environment"


def unusable_queue(situation: Situation) -> Iterator[Finding]:
    """A queue that gives no job to an environment."""
    queue = situation.queue
    if queue is None:
        return
    yield from of_queue(queue)


def of_queue(queue: Described) -> Iterator[Finding]:
    """What keeps a queue from giving jobs to its environments."""
    shown = queue["jobQueueName"]
    if queue.get("state") == "DISABLED":
        yield Finding(
            Cause.QUEUE_DISABLED,
            f"Job queue {shown} is disabled: it keeps the jobs that it has and starts none.",
            (f"{shown}: state DISABLED, {shortened(queue.get('statusReason', ''))}",),
            (Fix.run("Enable it.", "aws", "batch", "update-job-queue", "--job-queue", shown, "--state", "ENABLED"),),
            _QUEUES,
        )
    if queue.get("status") not in ("VALID", "UPDATING", None):
        reason = shortened(queue.get("statusReason", "no reason is given"))
        yield Finding(
            Cause.QUEUE_INVALID,
            f"Job queue {shown} is {queue['status']}: {reason}",
            (f"{shown}: status {queue['status']}",),
            (Fix.run("Look at it.", "aws", "batch", "describe-job-queues", "--job-queues", shown),),
            _QUEUES,
        )


def unusable_environments(situation: Situation) -> Iterator[Finding]:
    """Environments that take no job, where none is left that does, or none that is large enough."""
    usable = situation.usable
    unusable = [each for each in situation.environments if each not in usable]
    if not any(miss(situation.job, each) is None for each in usable):
        needed = [each for each in unusable if miss(situation.job, each) is None]
        yield from of_environments(needed or ([] if usable else unusable))


def of_environments(environments: Sequence[Described]) -> Iterator[Finding]:
    """What keeps environments from taking jobs."""
    disabled = [each for each in environments if each.get("state") == "DISABLED"]
    if disabled:
        names = [name(each) for each in disabled]
        yield Finding(
            Cause.ENVIRONMENT_DISABLED,
            f"Compute environment {listed(names)} is disabled: it takes no jobs and starts no instances."
            if len(names) == 1
            else f"Compute environments {listed(names)} are disabled: they take no jobs and start no instances.",
            tuple(f"{each}: state DISABLED" for each in names),
            tuple(
                Fix.run(
                    f"Enable {each}.",
                    *(
                        "aws",
                        "batch",
                        "update-compute-environment",
                        "--compute-environment",
                        each,
                        "--state",
                        "ENABLED",
                    ),
                )
                for each in names
            ),
            _STATES,
        )
    for each in environments:
        if each.get("status") == "INVALID":
            yield _invalid(each)


def _invalid(environment: Described) -> Finding:
    shown, reason = name(environment), str(environment.get("statusReason", ""))
    words = {"environment": shown, "role": environment.get("serviceRole", "its service role")}
    found = read(_SIGNS, [reason], words)
    evidence = f"{shown}: status INVALID, {shortened(reason)}"
    if found is None:
        return Finding(
            Cause.ENVIRONMENT_INVALID,
            f"Compute environment {shown} is INVALID, so that it starts no instances: {shortened(reason)}",
            (evidence,),
            _again(shown),
            _INVALID,
        )
    sentence = f"Compute environment {shown} is INVALID, so that it starts no instances: {found.sentence}"
    return Finding(Cause.ENVIRONMENT_INVALID, sentence, (evidence,), (*found.fixes, *_again(shown)), found.source)


def _again(environment: str) -> tuple[Fix, ...]:
    update = ("aws", "batch", "update-compute-environment", "--compute-environment", environment)
    return (
        Fix.run("Then let AWS Batch look again: disable it", *update, "--state", "DISABLED"),
        Fix.run("and enable it.", *update, "--state", "ENABLED"),
    )


def _because(pattern: str, sentence: str, *fixes: Fix, source: str = _INVALID) -> Sign:
    return sign(Cause.ENVIRONMENT_INVALID, pattern, sentence, *fixes, source=source)


_SIGNS: Final = (
    # https://github.com/hashicorp/terraform-provider-aws/pull/21281
    _because(
        r"batch\.amazonaws\.com is not authorized to perform: sts:AssumeRole on resource: (?P<role>\S+)",
        "AWS Batch cannot take on its service role {role}, which does not exist any more or does not trust "
        "batch.amazonaws.com.",
        Fix(
            "Make the role again under its old name, or give the environment another one; with the service-linked role "
            "AWSServiceRoleForBatch, which is the default of constructs-lib, this cannot happen.",
            "aws iam get-role --role-name {role_name}",
        ),
        source=_REPAIR,
    ),
    # https://github.com/outerbounds/terraform-aws-metaflow/pull/19 and
    # https://github.com/hashicorp/terraform-provider-aws/pull/38050
    _because(
        r"is not authorized to perform: (?P<action>[\w:-]+)(?: on resource: (?P<resource>\S+))?",
        "its service role may not do {action}.",
        Fix("Add {action} to the policies of {role}, or use the service-linked role AWSServiceRoleForBatch."),
        source="https://docs.aws.amazon.com/batch/latest/userguide/service_IAM_role.html",
    ),
    # https://github.com/Netflix/metaflow-tools/issues/9
    _because(
        r"Invalid IamInstanceProfile: (?P<profile>\S+)",
        "there is no instance profile {profile}. A role alone is no instance profile.",
        Fix(
            "Make the instance profile with its role in it, or name the one that there is.",
            "aws iam list-instance-profiles",
        ),
        source="https://docs.aws.amazon.com/batch/latest/userguide/instance_IAM_role.html",
    ),
    _because(
        r"IamFleetRole is invalid",
        "there is no role for Amazon EC2 Spot Fleet of the name in spotIamFleetRole.",
        Fix("Use an allocation strategy such as SPOT_PRICE_CAPACITY_OPTIMIZED, which needs no such role, or make it."),
        source="https://docs.aws.amazon.com/batch/latest/userguide/spot_fleet_IAM_role.html",
    ),
    # https://github.com/aws/aws-cdk/issues/6427
    _because(
        r"UserData is not MIME multipart",
        "the user data of its launch template is no MIME multipart archive, which AWS Batch adds its own part to.",
        Fix("Write the user data as MIME multipart; constructs-lib's environments do it by themselves."),
        source="https://docs.aws.amazon.com/batch/latest/userguide/launch-templates.html",
    ),
    # https://github.com/aws-samples/aws-genomics-workflows/issues/129
    _because(
        r"security groups in the launch template are not linked to the VPCs|[Ss]ecurity group (?P<group>sg-\w+)?",
        "its security groups and its subnets are of different VPCs, or a security group is gone.",
        Fix(
            "Give it security groups and subnets of one VPC.",
            "aws batch describe-compute-environments --compute-environments {environment} "
            "--query computeEnvironments[0].computeResources",
        ),
    ),
    _because(
        r"[Ll]aunch ?[Tt]emplate",
        "its launch template, or the version of it, is gone or cannot be used.",
        Fix("Name a launch template and a version that exist.", "aws ec2 describe-launch-templates"),
        source="https://docs.aws.amazon.com/batch/latest/userguide/launch-templates.html",
    ),
    _because(
        r"subnet",
        "a subnet of it is gone, or has no free addresses.",
        Fix(
            "Give it subnets that exist.",
            "aws ec2 describe-subnets --query Subnets[].[SubnetId,AvailableIpAddressCount]",
        ),
    ),
    # https://github.com/aws-samples/aws-batch-genomics/issues/9
    _because(
        r"[Cc]luster",
        "its Amazon ECS cluster was deleted, which only AWS Batch may do.",
        Fix("Make the environment again: AWS Batch does not mend its cluster."),
    ),
    _because(
        r"[Aa]uto ?[Ss]caling",
        "its Auto Scaling group was changed or deleted, which only AWS Batch may do.",
        Fix("Make the environment again, or undo the change of the group."),
    ),
    _because(
        r"[Ii]mage|AMI",
        "its machine image is gone, or cannot be used by this account.",
        Fix("Name a machine image that exists, or none: AWS Batch then takes the newest for Amazon ECS."),
    ),
    _because(
        r"[Kk]ey ?[Pp]air",
        "the key pair for its instances is gone.",
        Fix("Name a key pair that exists, or none.", "aws ec2 describe-key-pairs"),
    ),
)
