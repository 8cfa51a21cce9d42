"""The items of a fan-out: read, measured, and passed to the jobs inline or through S3.

AWS allows 8,192 characters of container overrides, JSON formatting included, and escapes characters that are not ASCII.
JSONata writes inline numbers with 15 significant digits.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerOverride.html and
https://docs.jsonata.org/string-functions#string
"""

from typing import Final

from constructs_lib.limits import MAX_CONTAINER_OVERRIDES_CHARACTERS, STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.workflows.fan_out.list.bucket import PREFIX
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.programs import Expression, program

# Reserved for other values in the overrides: RESULTS_URI (up to 350 characters), MANAGED_BY_AWS from Step Functions,
# and from AWS Batch names of queue and environment, job id, attempt and array index (up to 600).
_RESERVED_CHARACTERS: Final = 1_536

# The longest list: the rest of a payload is for the environment of the jobs and for their plan.
MOST_BYTES: Final = STEP_FUNCTIONS_PAYLOAD_BYTES - 12_288

ROOM: Final = MAX_CONTAINER_OVERRIDES_CHARACTERS - _RESERVED_CHARACTERS

NO_ARRAY: Final = jsonata("$type($states.input.items) != 'array'")
NO_ITEMS: Final = jsonata("$count($states.input.items) = 0")

WRONG_ITEMS_CAUSE: Final = program(__file__, "wrong_items").bind()

NOT_READ: Final = jsonata("$type($states.input.items) = 'object' and $exists($states.input.items.itemsTooLong)")


def not_read_cause(most_bytes: int) -> str:
    """The error message about a list that is too long, with a remedy."""
    return program(__file__, "items_too_long").bind(most=f"{most_bytes:,}", payload=f"{STEP_FUNCTIONS_PAYLOAD_BYTES:,}")


def read_items(items: str) -> str:
    """The user's expression, with null instead of no value, so that the guard can report the mistake."""
    return program(__file__, "read_items").bind(given=Expression(items))


def read_items_of_one_payload(items: str, most_bytes: int) -> str:
    """As `read_items`, but a list that is too long for the next states is replaced by its length."""
    return program(__file__, "read_items_of_one_payload").bind(given=Expression(items), mostBytes=most_bytes)


def plan_for_array(bucket: str, *, keep_items: bool, can_rerun: bool = True) -> str:
    """The plan for array jobs; every job reads the whole list, inline or from S3.

    Args:
        bucket: for a list that is not inline.
        keep_items: whether an inline list is also passed on as it is.
        can_rerun: whether only some items may run. Default: true.
    """
    plan = program(__file__, "plan_for_array" if can_rerun else "plan_for_one_array")
    return plan.bind(bucket=bucket, prefix=PREFIX, room=ROOM, keepItems=keep_items)


def plan_for_map(bucket: str) -> str:
    """The plan for a Map; every iteration adds its own item, or the position of the item in the stored list."""
    return program(__file__, "plan_for_map").bind(bucket=bucket, prefix=PREFIX, room=ROOM)


ITERATED: Final = jsonata("""
    $exists($states.input.indexes) ? $states.input.indexes
        : $exists($states.input.items) ? $states.input.items : [0..$states.input.total - 1]
""")
"""The array that a Map iterates over: the items, or only their indexes when the list is in S3."""

ITERATION_INDEX: Final = jsonata("""
    $exists($states.input.indexes) ? $states.context.Map.Item.Value : $states.context.Map.Item.Index
""")
"""The index of one iteration's item; its position in a list in S3 is the number of the iteration."""

ITERATED_ITEM: Final = jsonata("""
    $exists($states.input.indexes)
        ? $states.input.items[$states.context.Map.Item.Index] : $states.context.Map.Item.Value
""")
"""The item of one iteration, of a Map whose input has the items."""

ITERATION_ENVIRONMENT: Final = program(__file__, "iteration_environment").bind()
"""The environment of one iteration's job."""
