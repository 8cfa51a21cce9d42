"""How a fan-out ends: the same summary for every strategy, and a cause that fits into AWS's limit."""

from typing import Final

from constructs_lib.core.protocol import Summary
from constructs_lib.limits import STEP_FUNCTIONS_CAUSE_CHARACTERS
from constructs_lib.workflows.states.expressions import jsonata

# What stays of lists in a cause that would be too long: ids take 39 characters each, indexes up to 10.
_INDEXES_IN_CAUSE: Final = 2_000
_JOB_IDS_IN_CAUSE: Final = 300

ERROR: Final = "$states.errorOutput"

JOB_FAILED: Final = (
    # States.TaskFailed is a wildcard in Catch; only a job that ran and failed describes itself in the cause.
    f'({ERROR}.Error = \'States.TaskFailed\' ? $contains({ERROR}.Cause, /"JobId"\\s*:\\s*"/) : false)'
)
"""Whether a caught error is the job's own failure, and not a refused submit."""

FAILED_JOB_ID: Final = f'$match({ERROR}.Cause, /"JobId"\\s*:\\s*"([^"]+)"/)[0].groups[0]'
"""Found by pattern: AWS cuts off a cause that is too long, and then it is no JSON."""


def summary(*, failed_indexes: str, job_ids: str, total: str = "$states.input.total") -> str:
    """JSONata for the output of a fan-out, from JSONata for two arrays and the plan in the state's input.

    Args:
        failed_indexes: an array.
        job_ids: an array.
        total: the length of the whole list. Default: that of the plan.
    """
    return f"""(
        $failedIndexes := {failed_indexes};
        {{
            "total": {total},
            "succeeded": {total} - $count($failedIndexes),
            "failed": $count($failedIndexes),
            "failedIndexes": $sort($failedIndexes),
            "jobIds": {job_ids},
            "itemsUri": $states.input.itemsUri,
            "resultsUri": $states.input.resultsUri
        }}
    )"""


NOTHING_TO_DO: Final = {
    Summary.TOTAL: 0,
    Summary.SUCCEEDED: 0,
    Summary.FAILED: 0,
    Summary.FAILED_INDEXES: [],
    Summary.JOB_IDS: [],
}
"""The summary of a fan-out over no items: a success without a job."""


def short_summary(shorter: str = "", *, added: str = "{}") -> str:
    """The summary as the cause of FanOut.TooManyFailures; what does not fit is counted.

    Args:
        shorter: JSONata for an object whose fields take the place of long ones, after a comma. Default: none.
        added: JSONata for an object with more fields. Default: none.
    """
    summary = "$states.input.summary" if added == "{}" else f"$merge([$states.input.summary, {added}])"
    return jsonata(
        f"""(
            $summary := {summary};
            $text := $string($summary);
            $first := function($list, $count) {{ [$filter($list, function($value, $index) {{ $index < $count }})] }};
            $indexes := $count($summary.failedIndexes);
            $ids := $count($summary.jobIds);
            $length($text) <= {STEP_FUNCTIONS_CAUSE_CHARACTERS} ? $text : $string($merge([$summary, {{
                "failedIndexes": $first($summary.failedIndexes, {_INDEXES_IN_CAUSE}),
                "failedIndexesOmitted": $indexes > {_INDEXES_IN_CAUSE} ? $indexes - {_INDEXES_IN_CAUSE},
                "jobIds": $first($summary.jobIds, {_JOB_IDS_IN_CAUSE}),
                "jobIdsOmitted": $ids > {_JOB_IDS_IN_CAUSE} ? $ids - {_JOB_IDS_IN_CAUSE}
            }}{shorter}]))
        )"""
    )


CAUSE: Final = short_summary()

CAUSE_TO_RERUN: Final = short_summary(added="""{"rerun": 'constructs-lib rerun ' & $states.context.Execution.Id}""")
"""The same with the command that runs the failed items again."""
