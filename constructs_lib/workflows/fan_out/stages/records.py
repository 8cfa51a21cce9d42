"""What the jobs of an `ArrayPipeline` are told, and what becomes of their failures.

A child that fails makes the children of its index fail in all stages that follow, without having run: an item has
failed in the first stage in which its child failed. The states hand on ``{"total", "environment", "resultsUri",
"itemsUri"?, "jobIds"?, "error"?, "cause"?}``; while children are listed, also ``{"stage", "page"?, "nextToken"?,
"failedStages"}``: the number of the stage that is listed, and by the names of those before the indexes of the items
that failed there.
"""

from collections.abc import Sequence
from typing import Final

from constructs_lib.core.container_contract import PREVIOUS_RESULTS_URI, RESULTS_URI
from constructs_lib.workflows.fan_out.jobs.array_children import failed_children
from constructs_lib.workflows.fan_out.jobs.array_records import ERROR_AND_CAUSE
from constructs_lib.workflows.fan_out.list.summary import FAILED_JOB_ID, JOB_FAILED, short_summary, summary
from constructs_lib.workflows.states.expressions import jsonata

SUBMITTED: Final = jsonata('$merge([$states.input, {"jobIds": [$states.input.jobIds, $states.result.JobId]}])')

_NO_FAILURES: Final = summary(failed_indexes="[]", job_ids="[$states.input.jobIds, $states.result.JobId]")
ALL_SUCCEEDED: Final = jsonata(f'{{"summary": {_NO_FAILURES}}}')

CAUSE: Final = short_summary(
    """, {"failedStages": $merge([
        $each($summary.failedStages, function($failed, $stage) { {$stage: $count($failed)} })
    ])}"""
)
"""The summary as a cause; when it is too long, ``failedStages`` has numbers of items."""

_REFUSED: Final = f"$merge([$states.input, {ERROR_AND_CAUSE}])"
REFUSED: Final = jsonata(_REFUSED)
"""The input, and why a stage was not accepted."""

FAILED: Final = jsonata(
    f"""{JOB_FAILED} ? $merge([$states.input, {{
        "jobIds": [$states.input.jobIds, {FAILED_JOB_ID}], "stage": 0, "failedStages": {{}}
    }}]) : {_REFUSED}"""
)
"""What follows when the last stage fails: to ask which items failed where, if it was accepted."""

CHILDREN: Final = failed_children("$states.input.jobIds[$states.input.stage]")


def stage_environment(names: Sequence[str], place: int) -> str:
    """JSONata for the variables of a stage; its results are where the next one finds them.

    Args:
        names: of all stages.
        place: which of them.
    """
    uris = [f"$states.input.resultsUri & '-{name}'" for name in names[:-1]] + ["$states.input.resultsUri"]
    variables = {RESULTS_URI: uris[place], **({PREVIOUS_RESULTS_URI: uris[place - 1]} if place else {})}
    added = ", ".join(f'{{"Name": "{name}", "Value": {value}}}' for name, value in variables.items())
    return jsonata(f"[$states.input.environment[Name != '{RESULTS_URI}'], {added}]")


def add_page(names: Sequence[str]) -> str:
    """JSONata that adds a page of failed children; the last one makes them those of a stage, but for earlier failures.

    Args:
        names: of all stages.
    """
    return jsonata(
        f"""(
            $page := [$states.input.page, $states.result.JobSummaryList.ArrayProperties.Index];
            $exists($states.result.NextToken)
                ? $merge([$states.input, {{"page": $page, "nextToken": $states.result.NextToken}}])
                : (
                    $name := {_listed(names)}[$states.input.stage];
                    $before := $states.input.failedStages;
                    $known := $merge([$before.*.{{$string($): true}}]);
                    $new := [$filter($page, function($index) {{ $not($exists($lookup($known, $string($index)))) }})];
                    $merge([
                        $sift($states.input, function($value, $key) {{ $not($key in ['page', 'nextToken']) }}),
                        {{
                            "stage": $states.input.stage + 1,
                            "failedStages": $merge([$before, $count($new) > 0 ? {{$name: $sort($new)}} : {{}}])
                        }}
                    ])
                )
        )"""
    )


def add_job(names: Sequence[str]) -> str:
    """JSONata that adds a stage of the one item, from the description of its job; the first that failed is the last.

    Args:
        names: of all stages.
    """
    return jsonata(
        f"""(
            $stage := $states.input.stage;
            $merge([$states.input, $states.result.Jobs[0].Status = 'FAILED'
                ? {{"stage": {len(names)}, "failedStages": {{{_listed(names)}[$stage]: [0]}}}}
                : {{"stage": $stage + 1}}])
        )"""
    )


def failures(names: Sequence[str]) -> str:
    """JSONata for the summary of failed items; a last stage that failed without a child never ran its children.

    Args:
        names: of all stages.
    """
    made = summary(failed_indexes="[$failedStages.*]", job_ids="$states.input.jobIds")
    return jsonata(
        f"""(
            $found := $states.input.failedStages;
            $failedStages := $count($keys($found)) > 0
                ? $found : {{"{names[-1]}": [0..$states.input.total - 1]}};
            {{"summary": $merge([{made}, {{"failedStages": $failedStages}}])}}
        )"""
    )


def all_failed(names: Sequence[str]) -> str:
    """JSONata for the summary when a stage was not accepted, and for why.

    Args:
        names: of all stages.
    """
    made = summary(failed_indexes="$all", job_ids="[$states.input.jobIds]")
    return jsonata(
        f"""(
            $all := [0..$states.input.total - 1];
            $name := {_listed(names)}[$count($states.input.jobIds)];
            {{
                "summary": $merge([{made}, {{"failedStages": {{$name: $all}}}}]),
                "error": $states.input.error,
                "cause": $states.input.cause
            }}
        )"""
    )


def _listed(names: Sequence[str]) -> str:
    return "[" + ", ".join(f"'{name}'" for name in names) + "]"
