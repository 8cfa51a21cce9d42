"""A pipeline that writes where it is triggered would start itself again and again, at the cost of each round.

What a state machine or a job may write is in the policy of its role: fan-outs add what they write when they are made,
and an app grants its jobs what they write. Which jobs a state machine submits is in its policy, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arns import definition_arns
from constructs_lib.core.stacks import same_deployment
from constructs_lib.rules import Rule
from constructs_lib.triggers.submit_target import SubmitTarget
from constructs_lib.triggers.target import Target

_WRITES: Final = {"s3:PutObject", "s3:PutObject*", "s3:Put*", "s3:*", "*"}
_SUBMITS: Final = "batch:SubmitJob"
_WILD: Final = "*"
_RESULT: Final = ".json"
"""What all that fan-outs write ends with."""


def check_own_output(place: ArgumentPath, bucket: s3.IBucket, prefix: str, suffix: str, target: Target) -> None:
    """Refuse a trigger for all that its own target writes below a prefix of the bucket.

    A right to write to the whole bucket tells nothing, and passes.

    Args:
        place: the trigger.
        bucket: that it waits for objects of.
        prefix: of their keys.
        suffix: of their keys.
        target: what it starts.
    """
    if suffix and not _RESULT.endswith(suffix):
        return
    for written in (each for role in _roles(target) for each in _written(role, bucket)):
        if written and written.startswith(prefix):
            raise Rule.OWN_OUTPUT.error(
                place.of("prefix"),
                got=f"{prefix!r} in a bucket in which the target writes below {written!r}",
                expected="what a pipeline writes must not start it again",
                fix="Choose a prefix beside it, such as 'in/', or another bucket for what is written.",
            )


def _roles(target: Target) -> Iterator[iam.IRole]:
    """Those of a state machine and of the jobs that it submits, as far as they are of this app."""
    if isinstance(target, SubmitTarget):
        yield from _role_of(target.job)
        return
    role = getattr(target, "role", None)
    if role is None:
        return
    yield role
    submitted = {str(each) for one in _statements(role) if _SUBMITS in one.actions for each in one.resources}
    for job in role.node.root.node.find_all() if submitted else ():
        is_near = isinstance(job, batch.EcsJobDefinition) and same_deployment(role, job)
        if is_near and submitted.intersection(definition_arns(role, job)):
            yield from _role_of(job)


def _role_of(job: Any) -> Iterator[iam.IRole]:
    role = getattr(getattr(job, "container", None), "job_role", None)
    if role is not None:
        yield role


def _written(role: iam.IRole, bucket: s3.IBucket) -> Iterator[str]:
    """The prefixes in a bucket that a role may write below."""
    start = f"{bucket.bucket_arn}/"
    for statement in _statements(role):
        if statement.actions & _WRITES:
            for resource in statement.resources:
                if resource.startswith(start):
                    yield resource.removeprefix(start).partition(_WILD)[0]


@dataclass(frozen=True)
class _Statement:
    """What a policy allows; tokens in it are as aws-cdk-lib writes them, so that the same are equal."""

    actions: frozenset[str]
    resources: tuple[str, ...]


def _statements(role: iam.IRole) -> Iterator[_Statement]:
    policy = role.node.try_find_child("DefaultPolicy")
    if not isinstance(policy, iam.Policy):
        return
    for each in policy.document.to_json().get("Statement", ()):
        if each.get("Effect", "Allow") == "Allow":
            actions, resources = (_listed(each.get(name)) for name in ("Action", "Resource"))
            yield _Statement(frozenset(map(str, actions)), tuple(map(str, resources)))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []
