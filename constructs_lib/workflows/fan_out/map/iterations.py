"""What the iterations of a Map leave behind, small enough for thousands of them, and the summary made of it."""

from typing import Final

from constructs_lib.limits import STEP_FUNCTIONS_HISTORY_EVENTS, STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.workflows.fan_out.jobs.retry_tiers import RetryTiers
from constructs_lib.workflows.fan_out.list.guard import MostItems
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.programs import program

EVENTS_PER_ITEM: Final = 10
"""Of an item that fails: 2 for iteration and state to begin, 4 for its job, 2 to end, and 2 to note the failure."""

_EVENTS_PER_RERUN: Final = 8  # 2 to choose it, and 6 for its job
_OTHER_EVENTS: Final = 1_000  # of the other states of the fan-out, of those around it, and of submits that are repeated


def events_per_item(runs: int) -> int:
    """Of an item that fails so many times."""
    return EVENTS_PER_ITEM + _EVENTS_PER_RERUN * (runs - 1)


def most_items_of_map(*, fan_out: str, work: str, events: int, instead: str) -> MostItems:
    """So many items that the history of an execution has room for all of them, should all of them fail.

    Args:
        fan_out: which it is, with its article, for the cause of a list that is too long.
        work: what runs for an item, with its article.
        events: of the history, which an item takes that fails.
        instead: a sentence that says what to use for a longer list.
    """
    number = (STEP_FUNCTIONS_HISTORY_EVENTS - _OTHER_EVENTS) // events
    cause = program(__file__, "too_many_items").fragment(
        kind=fan_out,
        most=f"{number:,}",
        work=work,
        events=str(events),
        allEvents=f"{STEP_FUNCTIONS_HISTORY_EVENTS:,}",
        instead=instead,
    )
    return MostItems(number, cause)


# Room for the causes of refused jobs in the result of a Map, beside what each record takes without its cause.
_CAUSES_BYTES: Final = STEP_FUNCTIONS_PAYLOAD_BYTES * 3 // 4
_RECORD_BYTES: Final = 80
_LONGEST_CAUSE: Final = 1_000

CAUSE_CHARACTERS: Final = jsonata(
    f"$min([{_LONGEST_CAUSE}, $max([0, $floor({_CAUSES_BYTES} / $states.input.total) - {_RECORD_BYTES}])])"
)
"""How much of a cause an iteration may keep: all together have to fit into one payload."""

ITERATION_FAILED: Final = program(__file__, "iteration_failed").bind()
"""The record of a failed item: its job, or why it has none. An item that succeeds leaves the id of its job."""

FIRST_ROUND_OF_ITERATION: Final = {"round": 0, "jobIds": []}
"""What an iteration knows besides, if its item may run again."""

ITERATION_SUCCEEDED_IN_ROUND: Final = '{% {"jobId": [$states.input.jobIds, $states.result.JobId]} %}'


def iteration_failed_in_round(rounds: RetryTiers) -> str:
    """The record of an item that may have run several times, or the input of its next round."""
    return program(__file__, "iteration_failed_in_round").bind(**rounds.counted)


MAP_OUTCOME: Final = program(__file__, "outcome").bind()
"""The summary; and the first reason why a job was not accepted, if there is one."""
