"""What a bucket lets somebody do, as one policy."""

import json
from functools import lru_cache
from typing import Any

from moto.s3.models import s3_backends

from constructs_lib.local.iam.buckets import acls
from constructs_lib.local.iam.evaluate import Policy, Principal
from constructs_lib.local.iam.evaluate.policy import PolicyError

_NOTHING = Policy.parse({"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}})
_WITH_LISTS = {"BucketOwnerPreferred", "ObjectWriter"}
"""Who may own objects where access control lists count; by default the bucket's owner has them all, and none does."""


def bucket_of(resource: str) -> Any | None:
    """Moto's bucket, whose account it has in ``account_id``, by the ARN of it or of an object in it; None for none."""
    name = resource.partition(":s3:::")[2].partition("/")[0]
    # moto looks there, too: a name stands for one bucket in all accounts.
    partition, account = s3_backends.bucket_accounts.get(name, ("", ""))
    return s3_backends[account][partition].buckets.get(name) if account else None


def policy_of(resource: str, principal: Principal) -> Policy | None:
    """The policy by which a bucket judges a request: its own, and its access control lists.

    Args:
        resource: the ARN of the bucket, or of an object in it.
        principal: who asks.

    Returns:
        None when the bucket has no say.
    """
    bucket, key = bucket_of(resource), resource.partition("/")[2]
    if bucket is None:
        return None
    block = bucket.public_access_block
    restricts = principal.is_anonymous and block is not None and block.restrict_public_buckets
    own = _parsed(bucket.policy) if bucket.policy and not restricts else Policy(())
    if not _lists_count(bucket):
        return own if own.statements else None
    granted = list(acls.statements(bucket, bucket.keys.get(key) if key else None, resource, principal))
    listed = _parsed(json.dumps({"Statement": granted})) if granted else Policy(())
    return Policy(own.statements + listed.statements) if own.statements or granted else None


def _lists_count(bucket: Any) -> bool:
    block = bucket.public_access_block
    if block is not None and (block.ignore_public_acls or block.block_public_acls):
        return False
    return bucket.ownership_rule in _WITH_LISTS


@lru_cache(maxsize=512)
def _parsed(document: bytes | str) -> Policy:
    try:
        return Policy.parse(document.decode() if isinstance(document, bytes) else document)
    except (PolicyError, UnicodeError):
        return _NOTHING
