"""What becomes of a resource that its stack does not want any more.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
"""

from collections.abc import Mapping
from typing import Any

RETAIN, RETAIN_EXCEPT_ON_CREATE, DELETE = "Retain", "RetainExceptOnCreate", "Delete"


def deletion_policy(entry: Mapping[str, Any], *, is_creation: bool = False) -> str:
    """What happens to a resource that goes with its stack, or out of its template.

    Snapshots are not emulated: what would be kept as one is deleted.
    """
    policy = str(entry.get("DeletionPolicy", DELETE))
    if policy == RETAIN_EXCEPT_ON_CREATE:
        return DELETE if is_creation else RETAIN
    return policy


def replacement_policy(entry: Mapping[str, Any]) -> str:
    """What happens to a resource that another one has replaced."""
    return str(entry.get("UpdateReplacePolicy", DELETE))
