"""A list of items as array jobs of equal sizes, side by side, and the summary of their records."""

from typing import Final

from constructs_lib.limits import MAX_ARRAY_SIZE
from constructs_lib.workflows.fan_out.jobs.records import FIRST_ROUND
from constructs_lib.workflows.states.programs import program

MOST_ITEMS: Final = 40_000
"""The indexes of so many items, should all of them fail, fit into one payload beside the rest."""

FAILED_INDEXES_CHARACTERS: Final = 100_000
"""Up to this length the summary holds the failed indexes itself: what follows gets them as its input."""

ARRAYS: Final = program(__file__, "arrays").bind(longest=MAX_ARRAY_SIZE)
"""The arrays that a list makes: the index of the first item of each, and how many it has."""

ARRAY_ENVIRONMENT: Final = program(__file__, "array_environment").bind()
"""The environment of one array's jobs."""

ARRAY_INDEXES: Final = program(__file__, "array_indexes").bind()
"""The indexes of one array's items; null if they follow each other, as they do unless only some items run."""

ITEMS_TO_RUN_AGAIN: Final = {
    **FIRST_ROUND,
    "size": "{% $states.context.Map.Item.Value.total %}",
    "directory": "{% $states.input.directory %}",
    "items": program(__file__, "array_items").bind(),
}
"""What an array needs besides, if some of its items may run again."""

TOTALS: Final = program(__file__, "totals").bind(mostCharacters=FAILED_INDEXES_CHARACTERS)
"""The summary of all arrays, with a long list of failed indexes beside it, and the first refusal if there is one."""
