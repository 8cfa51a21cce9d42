"""What the iterations of a Map leave behind, small enough for thousands of them, and the summary made of it."""

from typing import Final

from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.workflows.expressions import jsonata
from constructs_lib.workflows.summary import FAILED_JOB_ID, JOB_FAILED, summary

# Room for the causes of refused jobs in the result of a Map, beside what each record takes without its cause.
_CAUSES_BYTES: Final = STEP_FUNCTIONS_PAYLOAD_BYTES * 3 // 4
_RECORD_BYTES: Final = 80
_LONGEST_CAUSE: Final = 1_000

CAUSE_CHARACTERS: Final = jsonata(
    f"$min([{_LONGEST_CAUSE}, $max([0, $floor({_CAUSES_BYTES} / $states.input.total) - {_RECORD_BYTES}])])"
)
"""How much of a cause an iteration may keep: all together have to fit into one payload."""

ITERATION_FAILED: Final = jsonata(
    f"""{JOB_FAILED}
        ? {{"index": $states.input.index, "jobId": {FAILED_JOB_ID}}}
        : {{
            "index": $states.input.index,
            "error": $states.errorOutput.Error,
            "cause": $exists($states.errorOutput.Cause)
                ? $substring($states.errorOutput.Cause, 0, $states.input.causeCharacters) : ''
        }}"""
)
"""The record of a failed item: its job, or why it has none. An item that succeeds leaves the id of its job."""


def map_outcome(tolerated_failures: int) -> str:
    """The summary; and the first reason why a job was not accepted, when more failed than is tolerated."""
    made = summary(
        failed_indexes="[$failures.index]",
        job_ids="[$states.result.($type($) = 'string' ? $ : jobId)]",
    )
    return jsonata(
        f"""(
            $failures := [$states.result[$type($) = 'object']];
            $refused := $failures[$exists(error)][0];
            $fatal := $count($failures) > {tolerated_failures} and $exists($refused);
            $merge([
                {{"summary": {made}}},
                $fatal ? {{"error": $refused.error, "cause": $refused.cause}} : {{}}
            ])
        )"""
    )
