"""A pipeline that writes where it is triggered would start itself again and again, at the cost of each round.

What a state machine or a job may write is in the policy of its role: fan-outs add what they write when they are made,
and an app grants its jobs what they write. Which jobs a state machine submits is in its policy, too.
"""

import json
from collections.abc import Iterator
from typing import Any, Final, cast

from aws_cdk import CfnResource, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from constructs_lib.core.argument_path import ArgumentPath
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
    resources = [json.dumps(each.get("Resource")) for each in _statements(role) if _SUBMITS in _listed(each["Action"])]
    if not resources:
        return
    for job in role.node.root.node.find_all():
        definition = job.node.default_child if isinstance(job, batch.EcsJobDefinition) else None
        if definition is not None and any(f'"{_logical_id(definition)}"' in each for each in resources):
            yield from _role_of(job)


def _logical_id(resource: IConstruct) -> str:
    return str(Stack.of(resource).resolve(cast("CfnResource", resource).logical_id))


def _role_of(job: Any) -> Iterator[iam.IRole]:
    role = getattr(getattr(job, "container", None), "job_role", None)
    if role is not None:
        yield role


def _written(role: iam.IRole, bucket: s3.IBucket) -> Iterator[str]:
    """The prefixes in a bucket that a role may write below."""
    start = f"{_flat(Stack.of(bucket).resolve(bucket.bucket_arn))}/"
    for statement in _statements(role):
        actions, resources = (_listed(statement.get(name)) for name in ("Action", "Resource"))
        if statement.get("Effect", "Allow") != "Allow" or not _WRITES.intersection(map(str, actions)):
            continue
        for resource in map(_flat, resources):
            if resource.startswith(start):
                yield resource.removeprefix(start).partition(_WILD)[0]


def _statements(role: iam.IRole) -> Iterator[dict[str, Any]]:
    policy = role.node.try_find_child("DefaultPolicy")
    if isinstance(policy, iam.Policy):
        document = Stack.of(cast("IConstruct", role)).resolve(policy.document)
        yield from _listed(document.get("Statement")) if document else ()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _flat(value: Any) -> str:
    """A resolved text, with the functions in it as JSON: two of the same are the same."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(map(_flat, parts))
    return json.dumps(value, sort_keys=True)
