"""What becomes of a resource that its stack does not want any more.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
"""

from typing import Final

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator

DELETE: Final = "Delete"
RETAIN: Final = "Retain"
RETAIN_EXCEPT_ON_CREATE: Final = "RetainExceptOnCreate"


def deletion_policy(evaluator: Evaluator, logical_id: str, *, is_creation: bool = False) -> str:
    """What happens to a resource that goes with its stack, or out of its template.

    Snapshots are not emulated: what would be kept as one is deleted.
    """
    policy = _policy(evaluator, logical_id, "DeletionPolicy")
    if policy == RETAIN_EXCEPT_ON_CREATE:
        return DELETE if is_creation else RETAIN
    return policy


def replacement_policy(evaluator: Evaluator, logical_id: str) -> str:
    """What happens to a resource that another one has replaced."""
    return _policy(evaluator, logical_id, "UpdateReplacePolicy")


def _policy(evaluator: Evaluator, logical_id: str, name: str) -> str:
    if logical_id not in evaluator.template["Resources"]:
        return DELETE
    try:
        return str(evaluator.policy(logical_id, name) or DELETE)
    except TemplateError:  # what refers to a resource that is gone
        return DELETE
