"""Which items run again on a fallback queue: those whose job was ended by AWS with the capacity under it.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/bestpractice6.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
"""

from typing import Final

from constructs_lib.workflows.summary import ERROR

_REASON: Final = "/^(Host EC2|Your Spot Task was interrupted)/"

CHILD_RECLAIMED: Final = f"($exists(StatusReason) ? $contains(StatusReason, {_REASON}) : false)"
"""JSONata for whether the child of an array job, as ListJobs describes it, was reclaimed."""

# The reason of the job follows those of its attempts. By pattern, because AWS cuts off a cause that is too long.
JOB_RECLAIMED: Final = f"""(
    $reason := $match({ERROR}.Cause, /"StatusReason"\\s*:\\s*"([^"]*)/)[-1].groups[0];
    $exists($reason) ? $contains($reason, {_REASON}) : false
)"""
"""JSONata for whether a single job, as its caught error describes it, was reclaimed."""

_LIST_VARIABLES: Final = "['ITEMS', 'ITEMS_URI', 'ITEMS_OFFSET', 'ITEM_INDEX']"

# Looked up in an object, because that takes one pass over thousands of items; where places are enough, they are taken.
# A filter that finds one item gives the item itself; two pairs of brackets keep one that is an array.
CHOSEN: Final = """
    $chosen := function($places) {( $marks := $merge($places.{ $string($): true });
        function($value, $place) { $exists($lookup($marks, $string($place))) } )};
"""
"""JSONata that makes, of some places, a test for `$filter`."""


def run_again(*, bucket: str, reclaimed: str, failed: str, job: str) -> str:
    """JSONata for the input of the fallback's job, from that of a run; it needs `CHOSEN`.

    Args:
        bucket: where the items go that run again.
        reclaimed: JSONata for the places in the array of those items.
        failed: JSONata for the places of those that failed by themselves.
        job: JSONata for the id of the job that ran them.
    """
    return f"""(
        $reclaimed := $sort([{reclaimed}]);
        $failed := [{failed}];
        $all := $count($reclaimed) = $states.input.total;
        $runAgain := $all ? null : $chosen($reclaimed);
        $kept := $all ? $states.input.items : $filter($states.input.items, $runAgain);
        $indexes := $states.input.indexes;
        $first := $states.input.index;
        $again := [$exists($indexes) ? $all ? $indexes : $filter($indexes, $runAgain) : $reclaimed.($ + $first)];
        $consecutive := $again[-1] - $again[0] = $count($again) - 1;
        $lost := [$exists($indexes) ? $filter($indexes, $chosen($failed)) : $failed.($ + $first)];
        $key := $states.input.directory & '/fallback/' & $string($states.input.index) & '.json';
        $variables := $filter($states.input.environment, function($variable) {{
            $not($variable.Name in {_LIST_VARIABLES})
        }});
        {{
            "index": $states.input.index,
            "total": $states.input.total,
            "environment": [
                $variables,
                {{"Name": "ITEMS_URI", "Value": 's3://{bucket}/' & $key}},
                $consecutive ? {{"Name": "ITEM_INDEX", "Value": $string($again[0])}}
            ],
            "itemsKey": $key,
            "itemsToStore": $all or $count($again) > 1 ? $kept : $type($kept) = 'array' ? [[$kept]] : [$kept],
            "again": {{
                "indexes": $again,
                "failedIndexes": $lost,
                "jobIds": [{job}]
            }}
        }}
    )"""


def record_after(*, failed: str, job: str = "()", error: str = "{}") -> str:
    """JSONata for the record of a run whose reclaimed items have run again.

    Args:
        failed: JSONata for the indexes of those that failed again.
        job: JSONata for the id of their job.
        error: JSONata for an object with the error and cause of a refused submit.
    """
    return f"""(
        $failed := $sort([$states.input.again.failedIndexes, {failed}]);
        $merge([{{
            "index": $states.input.index, "total": $states.input.total, "failed": $count($failed),
            "jobId": [$states.input.again.jobIds, {job}], "failedIndexes": $failed
        }}, {error}])
    )"""
