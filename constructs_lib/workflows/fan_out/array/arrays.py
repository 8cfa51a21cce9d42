"""A list of items as array jobs of equal sizes, side by side, and the summary of their records."""

from typing import Final

from constructs_lib.limits import MAX_ARRAY_SIZE
from constructs_lib.workflows.fan_out.jobs.records import FIRST_ROUND
from constructs_lib.workflows.fan_out.list.rerun import TOTAL
from constructs_lib.workflows.fan_out.list.summary import summary
from constructs_lib.workflows.states.expressions import jsonata

MOST_ITEMS: Final = 40_000
"""The indexes of so many items, should all of them fail, fit into one payload beside the rest."""

FAILED_INDEXES_CHARACTERS: Final = 100_000
"""Up to this length the summary holds the failed indexes itself: what follows gets them as its input."""

# Sizes differ by 1 at most, so none is smaller than 5,000 when there are several.
ARRAYS: Final = jsonata(
    f"""(
        $total := $states.input.total;
        $arrays := $ceil($total / {MAX_ARRAY_SIZE});
        [[0..$arrays - 1].(
            $first := $floor($ * $total / $arrays);
            {{"index": $first, "total": $floor(($ + 1) * $total / $arrays) - $first}}
        )]
    )"""
)
"""The arrays that a list makes: the index of the first item of each, and how many it has."""

ARRAY_ENVIRONMENT: Final = jsonata(
    """(
        $first := $states.context.Map.Item.Value.index;
        [$states.input.environment, $first > 0 ? {"Name": "ITEMS_OFFSET", "Value": $string($first)}]
    )"""
)
"""The environment of one array's jobs."""

_ARRAYS_OWN: Final = """(
    $array := $states.context.Map.Item.Value;
    $own := function($list) {
        $array.total = $states.input.total ? $list : $filter($list, function($value, $place) {
            $place >= $array.index and $place < $array.index + $array.total
        })
    };
"""

ARRAY_INDEXES: Final = jsonata(f"""{_ARRAYS_OWN}
    $exists($states.input.indexes) ? $own($states.input.indexes) : null
)""")
"""The indexes of one array's items; null if they follow each other, as they do unless only some items run."""

ITEMS_TO_RUN_AGAIN: Final = {
    **FIRST_ROUND,
    "size": "{% $states.context.Map.Item.Value.total %}",
    "directory": "{% $states.input.directory %}",
    "items": jsonata(f"{_ARRAYS_OWN} $own($states.input.items) )"),
}
"""What an array needs besides, if some of its items may run again."""

_SUMMARY: Final = summary(failed_indexes="[$records.failedIndexes]", job_ids="[$records.jobId]", total=TOTAL)

TOTALS: Final = jsonata(
    f"""(
        $records := $states.result;
        $refused := $records[$exists(error)][0];
        $summary := {_SUMMARY};
        $long := $length($string($summary.failedIndexes)) > {FAILED_INDEXES_CHARACTERS};
        $merge([
            $long ? {{
                "summary": $sift($summary, function($value, $key) {{ $key != 'failedIndexes' }}),
                "failedIndexesToStore": $summary.failedIndexes,
                "failedIndexesKey": $states.input.directory & '/failed-indexes.json'
            }} : {{"summary": $summary}},
            $exists($refused) ? {{"error": $refused.error, "cause": $refused.cause}} : {{}}
        ])
    )"""
)
"""The summary of all arrays, with a long list of failed indexes beside it, and the first refusal if there is one."""
