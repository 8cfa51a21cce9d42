"""What the container of a job is told by its environment, and the rule by which it finds its item.

Fan-outs of every strategy set these variables, and the embedded AWS reads them to show which item a job worked on. The
worker in ``container/worker`` stands alone and keeps a copy, ``worker/contract.py`` and ``worker/items.py``, which
``tests/unit/container/test_one_contract.py`` compares with this. For people it is docs/container.md.
Source of the variables that AWS Batch sets:
https://docs.aws.amazon.com/batch/latest/userguide/job_env_vars.html
"""

import re
from collections.abc import Mapping
from typing import Final

ITEMS: Final = "ITEMS"
"""The list as a JSON array."""
ITEMS_URI: Final = "ITEMS_URI"
"""``s3://bucket/key`` of the list, ``{"items": […], "indexes": […]?}``; this or `ITEMS`."""
ITEMS_OFFSET: Final = "ITEMS_OFFSET"
"""The position in the list of the first item of this job's array. Default: 0."""
ITEM_INDEX: Final = "ITEM_INDEX"
"""The index of the item, or of the first item of an array. Default: its position in the list."""
RESULTS_URI: Final = "RESULTS_URI"
"""``s3://bucket/prefix`` of the results."""
PREVIOUS_RESULTS_URI: Final = "PREVIOUS_RESULTS_URI"
"""The same of the stage before, in the later stages of a pipeline."""
SKIP_FINISHED: Final = "SKIP_FINISHED"
"""``true``: an item whose result is there is not worked on again."""

SET_BY_FAN_OUTS: Final = frozenset(
    {ITEMS, ITEMS_URI, ITEMS_OFFSET, ITEM_INDEX, RESULTS_URI, PREVIOUS_RESULTS_URI, SKIP_FINISHED}
)
"""No user may give a job of a fan-out a variable of such a name."""
LISTS: Final = frozenset({ITEMS, ITEMS_URI})
"""A job of a fan-out has one of these."""

ARRAY_INDEX: Final = "AWS_BATCH_JOB_ARRAY_INDEX"
"""The place of a child in its array job, set by AWS Batch; absent outside of array jobs."""

# What fits into 64 bits; int() alone would take "-1", "1_000" and digits of other scripts.
_NUMBER: Final = re.compile("[0-9]{1,18}")


def item_index(environment: Mapping[str, str], array_index: int | None) -> int | None:
    """The index of a job's item in the whole list.

    It is ``ITEM_INDEX``, or else ``ITEMS_OFFSET``, plus the place in the array. What is set to nothing, or to what is
    no whole number, counts as absent: the worker refuses the latter, but a job without a list may mean something else
    by these names. If only some items run and their list in S3 says their ``indexes``, it is the position in that list.

    Args:
        environment: of the container.
        array_index: the job's place in its array job; None outside of one.

    Returns:
        For a child of an array job that was given no items, its place in the array. None for any other job without.
    """
    place = array_index or 0
    if (first := _number(environment, ITEM_INDEX)) is not None:
        return first + place
    if any(environment.get(name) for name in LISTS):
        return (_number(environment, ITEMS_OFFSET) or 0) + place
    return array_index


def _number(environment: Mapping[str, str], name: str) -> int | None:
    value = environment.get(name, "")
    return int(value) if _NUMBER.fullmatch(value) else None
