"""Arguments of `DistributedFanOut` alone: its batches, and the names of their jobs."""

from typing import Final

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.tokens import resolved
from constructs_lib.limits import (
    MAX_ARRAY_SIZE,
    MAX_JOB_NAME_CHARACTERS,
    STEP_FUNCTIONS_DISTRIBUTED_MAP_CONCURRENCY,
    STEP_FUNCTIONS_PAYLOAD_BYTES,
)
from constructs_lib.rules import Rule
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.submit.job_options import valid_job_name

# The smallest batch has room for the variables of the jobs beside an item; the rest of a payload is for the plan of a
# batch.
_LEAST_BYTES: Final = 16_384
_MOST_BYTES: Final = STEP_FUNCTIONS_PAYLOAD_BYTES * 3 // 4


def check_batches(place: ArgumentPath, *, batch_size: int, batch_bytes: int, max_concurrency: int) -> None:
    """Refuse batches too large for an array job or a payload, and more at a time than Step Functions runs."""
    sizes, bytes_ = (1, MAX_ARRAY_SIZE), (_LEAST_BYTES, _MOST_BYTES)
    parallel = (1, STEP_FUNCTIONS_DISTRIBUTED_MAP_CONCURRENCY)
    _check(Rule.BATCH_OF_ITEMS, place.of("batch_size"), batch_size, sizes, "a batch is one array job, of {} items")
    _check(Rule.BATCH_OF_ITEMS, place.of("batch_bytes"), batch_bytes, bytes_, "a batch is one payload, of {} bytes")
    _check(
        Rule.DISTRIBUTED_CONCURRENCY,
        place.of("max_concurrency"),
        max_concurrency,
        parallel,
        "a Distributed Map runs {} executions at a time",
    )


def indexed_job_name(construct_id: str) -> str:
    """The name of a batch's job: the fan-out's id and the index of the first item."""
    return jsonata(f"'{job_name_prefix(construct_id)}' & $states.input.index")


def job_name_prefix(construct_id: str) -> str:
    """What the names of all jobs begin with."""
    return valid_job_name(construct_id, longest=MAX_JOB_NAME_CHARACTERS - len("-000000000")) + "-"


def _check(rule: Rule, place: ArgumentPath, value: int, bounds: tuple[int, int], expected: str) -> None:
    lowest, highest = bounds
    if resolved(value) and not lowest <= value <= highest:
        raise rule.error(
            place,
            got=f"{value:,}",
            expected=expected.format(f"{lowest:,} to {highest:,}"),
            fix="Choose a value in this range.",
        )
