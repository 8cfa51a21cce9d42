"""Whether policies allow a request that others do not: proven not to, or the statements of which that is not proven.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Sequence
from dataclasses import replace

from constructs_lib.review.rights.patterns import example
from constructs_lib.review.rights.statements import Element, Statement


def wider(before: Sequence[Statement], after: Sequence[Statement]) -> list[Statement]:
    """The statements of after that allow, or may allow, what before does not.

    None means that each request that is allowed after was allowed before. A statement is in the list if no single
    statement of before allows all of it, or if something denied a part of it that nothing denies any more.

    Args:
        before: taken apart.
        after: taken apart.
    """
    allowed = [item for item in before if item.allows]
    denied = [item for item in after if not item.allows]
    gone = lifted(before, after)
    return [
        item
        for item in after
        if item.allows
        and not any(deny.covers(item) for deny in denied)
        and (not any(one.covers(item) for one in allowed) or any(one.meets(item) for one in gone))
    ]


def lifted(before: Sequence[Statement], after: Sequence[Statement]) -> list[Statement]:
    """What before denies, and after does not deny as a whole; another policy may allow it."""
    denied = [item for item in after if not item.allows]
    return [item for item in before if not item.allows and not any(still.covers(item) for still in denied)]


def is_certain(item: Statement, before: Sequence[Statement], after: Sequence[Statement]) -> bool:
    """Whether a statement that `wider` found allows a request that was not allowed, and not only may.

    Conditions are taken for such that can be right, and those of what is denied for such that can be wrong; what is not
    known yet is taken for something else than all that is known, and than all else that is not.
    """
    if item.actions.excluded or item.resources.excluded:
        return False
    request = replace(
        item,
        actions=Element(tuple(map(example, item.actions.patterns)), texts=item.actions.texts),
        resources=Element(tuple(map(example, item.resources.patterns)), texts=item.resources.texts),
        conditions=frozenset(),
    )
    was = any(one.allows and replace(one, conditions=frozenset()).covers(request) for one in before)
    return not was and not any(not one.allows and not one.conditions and one.meets(request) for one in after)
