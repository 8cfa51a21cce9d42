"""The Principal of a statement in a resource's own policy, such as a role's trust policy.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from enum import IntEnum
from functools import lru_cache
from typing import Any

from constructs_lib.local.account import partition_of
from constructs_lib.local.iam.evaluate.request import Principal

_ACCOUNT = re.compile(r"(?:arn:[\w-]+:iam::)?(?P<account>\d{12})(?::root)?")


_REGIONAL = ("codedeploy", "logs", "states")
"""Services that may also be named with their region, as ``states.us-east-1.amazonaws.com``."""


class Match(IntEnum):
    """How a statement names a principal."""

    NONE = 0
    ACCOUNT = 1
    """By its account, which is then to decide by policies of its own."""
    NAMED = 2
    """By itself, or by naming everybody."""
    SESSION = 3
    """The session of a role by itself: no permissions boundary limits what that grants."""


def match(element: Any, principal: Principal) -> Match:
    """How a Principal element names a principal."""
    members = {"AWS": "*", "Service": "*"} if element == "*" else element
    found = [
        _one(kind, name, principal)
        for kind, names in members.items()
        for name in (names if isinstance(names, list) else [names])
    ]
    return max(found, default=Match.NONE)


def _one(kind: str, name: str, principal: Principal) -> Match:
    if kind == "Service":
        is_named = principal.service and (name == "*" or name in _names(principal.service, principal.region))
        return Match.NAMED if is_named else Match.NONE
    if kind != "AWS" or principal.service:
        return Match.NONE
    if name == "*" or (principal.role_arn and name == principal.role_arn):
        return Match.NAMED
    if principal.is_anonymous:
        return Match.NONE
    if name == principal.arn:
        return Match.SESSION if principal.role_arn else Match.NAMED
    account = _ACCOUNT.fullmatch(name)
    return Match.ACCOUNT if account and account["account"] == principal.account else Match.NONE


@lru_cache(maxsize=256)
def _names(service: str, region: str) -> frozenset[str]:
    """The names of a service where it acts: in China it has one of its own beside that of all partitions.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
    """
    short = service.removesuffix(".amazonaws.com")
    suffix = "amazonaws.com.cn" if partition_of(region) == "aws-cn" else "amazonaws.com"
    regional = {f"{short}.{region}.{suffix}"} if region and short in _REGIONAL else set()
    return frozenset({service, f"{short}.{suffix}"} | regional)
