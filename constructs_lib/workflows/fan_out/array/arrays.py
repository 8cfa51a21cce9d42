"""A list of items as array jobs of equal sizes, in parallel, and the summary of their records."""

from typing import Final

from constructs_lib.limits import MAX_ARRAY_SIZE
from constructs_lib.workflows.fan_out.jobs.records import FIRST_ROUND
from constructs_lib.workflows.states.programs import program

MOST_ITEMS: Final = 40_000
"""If this many items all fail, their indexes still fit into one payload beside the rest."""

FAILED_INDEXES_CHARACTERS: Final = 100_000
"""Up to this length the failed indexes are part of the summary, which is the input of the next state."""

ARRAYS: Final = program(__file__, "arrays").bind(longest=MAX_ARRAY_SIZE)
"""The arrays of a list: the index of the first item and the number of items of each."""

ARRAY_ENVIRONMENT: Final = program(__file__, "array_environment").bind()
"""The environment of one array's jobs."""

ARRAY_INDEXES: Final = program(__file__, "array_indexes").bind()
"""The indexes of one array's items; null if they are consecutive, as they are unless only some items run."""

ITEMS_TO_RUN_AGAIN: Final = {
    **FIRST_ROUND,
    "size": "{% $states.context.Map.Item.Value.total %}",
    "directory": "{% $states.input.directory %}",
    "items": program(__file__, "array_items").bind(),
}
"""Further fields of an array whose items may run again."""

TOTALS: Final = program(__file__, "totals").bind(mostCharacters=FAILED_INDEXES_CHARACTERS)
"""The summary of all arrays, with a long list of failed indexes beside it, and the first refusal if there is one."""
