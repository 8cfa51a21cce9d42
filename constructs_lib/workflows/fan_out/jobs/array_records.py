"""What a row of items leaves behind that ran as one job or one array job.

The input has ``{"index", "total", "environment", "indexes"?}``: the index of the first item, how many there are, and
their indexes if they do not follow each other. The record is ``{"index", "total", "failed", "jobId"?, "failedIndexes"?,
"error"?, "cause"?}``; of items that may run again, ``jobId`` is a list.
"""

from typing import Final

from constructs_lib.workflows.fan_out.jobs.array_children import FAILED
from constructs_lib.workflows.fan_out.list.rerun import TOTAL
from constructs_lib.workflows.fan_out.list.summary import FAILED_JOB_ID, JOB_FAILED
from constructs_lib.workflows.states.expressions import jsonata

_LONGEST_CAUSE: Final = 1_000

INDEXES: Final = "($states.input.indexes != null ? $states.input.indexes)"
"""JSONata for the indexes of items that do not follow each other; nothing for others."""

_ALL: Final = """($states.input.indexes != null ? $states.input.indexes
    : [$states.input.index..$states.input.index + $states.input.total - 1])"""

_RECORD: Final = f"""{{"index": $states.input.index, "total": {TOTAL}"""

SUCCEEDED: Final = jsonata(f"""{_RECORD}, "failed": 0, "jobId": $states.result.JobId}}""")

ERROR_AND_CAUSE: Final = f"""{{
    "error": $states.errorOutput.Error,
    "cause": $exists($states.errorOutput.Cause) ? $substring($states.errorOutput.Cause, 0, {_LONGEST_CAUSE}) : ''
}}"""
"""JSONata for why a job was not accepted."""

REFUSED: Final = f"""$merge([
    {_RECORD}, "failed": $states.input.total, "failedIndexes": [{_ALL}]}}, {ERROR_AND_CAUSE}
])"""
"""JSONata for the record of items without a job."""

SINGLE_JOB_FAILED: Final = f"""{_RECORD}, "failed": 1, "jobId": {FAILED_JOB_ID}, "failedIndexes": [{_ALL}]}}"""
"""JSONata for the record of a single job that failed."""

ARRAY_JOB_FAILED: Final = jsonata(
    f"""{JOB_FAILED}
        ? $merge([$states.input, {{"failedArray": {FAILED_JOB_ID}, "failedIndexes": []}}])
        : {REFUSED}"""
)
CHILDREN_FAILED: Final = f"""(
    $children := [{FAILED}];
    $indexes := {INDEXES};
    $first := $states.input.index;
    {_RECORD}, "failed": $count($children), "jobId": $states.input.failedArray,
        "failedIndexes": $sort([$exists($indexes)
            ? $filter($indexes, function($value, $place) {{ $place in $children }})
            : $children.($ + $first)])}}
)"""
"""JSONata for the record of an array job whose failed children are known."""
