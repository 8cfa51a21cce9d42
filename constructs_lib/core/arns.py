"""The ARNs by which jobs are submitted, and by which IAM knows their definitions.

A definition of the app gets another revision with each change, and an execution that began before goes on to submit
the one that it knows: rights are for all revisions of its name.
Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html
"""

from typing import Final
from weakref import WeakKeyDictionary

from aws_cdk import Fn, Token
from aws_cdk import aws_batch as batch
from constructs import IConstruct

from constructs_lib.core.pseudo import account_id, partition, region
from constructs_lib.core.stacks import exported, same_deployment

_OURS: Final[WeakKeyDictionary[batch.IJobDefinition, bool]] = WeakKeyDictionary()
_NAMES: Final[WeakKeyDictionary[batch.IJobDefinition, str]] = WeakKeyDictionary()
"""``job-definition/name`` of definitions of the app: a fan-out asks several times, and each time takes milliseconds."""


def definition_arns(scope: IConstruct, job: batch.IJobDefinition, *, any_revision: bool = False) -> list[str]:
    """What a policy says for a definition.

    AWS compares with the definition as it is submitted: an ARN without revision may stand for any revision.

    Args:
        scope: what has the policy.
        job: the definition.
        any_revision: also by its name alone, and all revisions of one that is imported by one of them.
    """
    if is_ours(job):
        arn = _own(_kind_and_name(scope, job))
        return [arn, f"{arn}:*"] if any_revision or not same_deployment(scope, job) else [f"{arn}:*"]
    arn = job.job_definition_arn
    if Token.is_unresolved(arn) and "job-definition/" not in arn:  # a parameter: nobody knows what will be in it
        return [arn, f"{arn}:*"] if any_revision else [arn]
    if arn.rpartition(":")[2].isdigit():
        if not any_revision:
            return [arn]
        arn = arn.rpartition(":")[0]
    return [arn, f"{arn}:*"]


def is_ours(job: batch.IJobDefinition) -> bool:
    """Whether a definition is a resource of this app, and not imported by an ARN."""
    if job not in _OURS:
        _OURS[job] = job.node.default_child is not None
    return _OURS[job]


def definition_prefix(scope: IConstruct, job: batch.IJobDefinition) -> str | None:
    """What the ARN of every revision begins with; None for a definition that is imported by one of them."""
    *_, last = definition_arns(scope, job)
    return last.removesuffix("*") if last.endswith(":*") else None


def definition_name(job: batch.IJobDefinition) -> str:
    """The name of a deployed definition, whose ARN ends with ``job-definition/name:revision``."""
    return Fn.select(1, Fn.split("/", Fn.select(5, Fn.split(":", job.job_definition_arn))))


def own_definitions(name: str) -> str:
    """The ARN of definitions of this account by their name, without a revision."""
    return _own(f"job-definition/{name}")


def _own(kind_and_name: str) -> str:
    return f"arn:{partition()}:batch:{region()}:{account_id()}:{kind_and_name}"


def _kind_and_name(scope: IConstruct, job: batch.IJobDefinition) -> str:
    """``job-definition/name`` of a definition of this app."""
    if job not in _NAMES:
        _NAMES[job] = Fn.select(5, Fn.split(":", job.job_definition_arn))
    return _NAMES[job] if same_deployment(scope, job) else exported(scope, job, _NAMES[job])
