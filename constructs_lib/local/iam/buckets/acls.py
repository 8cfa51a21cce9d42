"""Access control lists, as the statements of a policy that allow the same.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions
"""

from collections.abc import Iterator
from typing import Any

from constructs_lib.local.iam.evaluate import Principal

_EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
_KNOWN = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
_ALL = ("READ", "WRITE", "READ_ACP", "WRITE_ACP")
_OF_BUCKETS = {
    "READ": ["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"],
    "READ_ACP": ["s3:GetBucketAcl"],
    "WRITE_ACP": ["s3:PutBucketAcl"],
}
_IN_BUCKETS = {"WRITE": ["s3:PutObject", "s3:DeleteObject"]}
_OF_OBJECTS = {
    "READ": ["s3:GetObject", "s3:GetObjectVersion"],
    "READ_ACP": ["s3:GetObjectAcl", "s3:GetObjectVersionAcl"],
    "WRITE_ACP": ["s3:PutObjectAcl", "s3:PutObjectVersionAcl"],
}


def statements(bucket: Any, key: Any | None, resource: str, principal: Principal) -> Iterator[dict[str, Any]]:
    """What the lists of a bucket and of an object let somebody do with a resource.

    Args:
        bucket: moto's bucket.
        key: moto's object. None: it is not about one that there is.
        resource: the ARN that is asked about.
        principal: who asks.
    """
    groups = {_EVERYBODY} if principal.is_anonymous else {_EVERYBODY, _KNOWN}
    is_object = "/" in resource
    tables = [(bucket.acl, _IN_BUCKETS if is_object else _OF_BUCKETS)]
    if is_object and key is not None:
        tables.append((getattr(key, "acl", None), _OF_OBJECTS))  # the mark of one that is deleted has none
    for acl, actions in tables:
        allowed = [action for name in _permissions(acl, groups) for action in actions.get(name, [])]
        if allowed:
            yield {"Effect": "Allow", "Principal": "*", "Action": allowed, "Resource": resource}


def _permissions(acl: Any | None, groups: set[str]) -> Iterator[str]:
    for grant in acl.grants if acl is not None else []:
        if any(grantee.uri in groups for grantee in grant.grantees):
            for name in grant.permissions:
                yield from _ALL if name == "FULL_CONTROL" else (name,)
