"""Policies of buckets: judged when they are put, so that none is there that cannot be judged by.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from constructs_lib.local.iam.evaluate import Policy
from constructs_lib.local.iam.requests.s3 import CONDITION_KEYS

_ABOUT_CALLERS = re.compile(r"aws:(Principal\w+|userid|username|MultiFactorAuth\w+|SourceIdentity|Federated\w+)")
_ABOUT_TAGS = re.compile(r"(aws:PrincipalTag|s3:(Existing|Request)ObjectTag)/.+")
_ABOUT_REQUESTS = {
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "aws:SecureTransport",
    "aws:SourceIp",
    "s3:RequestObjectTagKeys",
    "s3:TlsVersion",
    *CONDITION_KEYS,
}
_NOT_HERE = {
    "aws:CalledVia",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:ViaAWSService",
    "aws:VpcSourceIp",
}
"""Keys of calls by other services and through endpoints of networks: those that come in here have none, as in AWS."""
_NARROW = {
    "aws:principalorgid",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
}
"""A statement that is about everybody is public, unless it has a condition on one of them."""
_KNOWN_KINDS = {"AWS", "Service"}
_LOWER = {name.lower() for name in _ABOUT_REQUESTS | _NOT_HERE}


def problem(document: bytes | str) -> str | None:
    """Why a document cannot be the policy of a bucket here; None when it can."""
    try:
        members = json.loads(document)
        Policy.parse(members)
        for statement in _statements(members):
            if told := _problem(statement):
                return told
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        return f"Policies must be valid JSON and what IAM takes: {error}"
    return None


def is_public(document: bytes | str) -> bool:
    """Whether a policy allows something to everybody."""
    return any(
        item["Effect"] == "Allow"
        and (_names_everybody(item.get("Principal")) or "NotPrincipal" in item)
        and not any(key.lower() in _NARROW for key in _keys(item))
        for item in _statements(json.loads(document))
    )


def _problem(statement: dict[str, Any]) -> str | None:
    principal = statement.get("Principal", statement.get("NotPrincipal"))
    if principal is None:
        return "Missing required field Principal"
    if "Resource" not in statement and "NotResource" not in statement:
        return "Missing required field Resource"
    if statement["Effect"] == "Allow" and "NotPrincipal" not in statement:
        return None  # what is not known here allows nothing
    kinds = set() if principal == "*" else set(principal) - _KNOWN_KINDS
    if kinds:
        return f"constructs-lib cannot tell whom it denies: it does not know principals of the kind {', '.join(kinds)}"
    unknown = sorted(key for key in _keys(statement) if not _is_known(key))
    if unknown:
        return f"constructs-lib cannot tell what it denies: it does not know the condition keys {', '.join(unknown)}"
    return None


def _is_known(key: str) -> bool:
    return key.lower() in _LOWER or any(
        re.fullmatch(pattern.pattern, key, re.IGNORECASE) for pattern in (_ABOUT_CALLERS, _ABOUT_TAGS)
    )


def _keys(statement: dict[str, Any]) -> Iterator[str]:
    for members in statement.get("Condition", {}).values():
        yield from members


def _names_everybody(principal: Any) -> bool:
    names = principal.get("AWS", []) if isinstance(principal, dict) else principal
    return "*" in (names if isinstance(names, list) else [names])


def _statements(members: dict[str, Any]) -> list[dict[str, Any]]:
    found = members["Statement"]
    return found if isinstance(found, list) else [found]
