"""The records of the iterations of a Map, small enough for thousands of them, and the summary of these records."""

from typing import Final

from constructs_lib.limits import STEP_FUNCTIONS_HISTORY_EVENTS, STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.workflows.fan_out.jobs.retry_tiers import RetryTiers
from constructs_lib.workflows.fan_out.list.guard import MostItems
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.programs import program

EVENTS_PER_ITEM: Final = 10
"""The events of an item that fails: 2 to start iteration and state, 4 for its job, 2 to end, and 2 to note the
failure."""

_EVENTS_PER_RERUN: Final = 8  # 2 to choose it, and 6 for its job
_OTHER_EVENTS: Final = 1_000  # of the other states of the fan-out, of those around it, and of submits that are repeated


def events_per_item(runs: int) -> int:
    """The events of an item that fails in each of its runs."""
    return EVENTS_PER_ITEM + _EVENTS_PER_RERUN * (runs - 1)


def most_items_of_map(*, fan_out: str, work: str, events: int, instead: str) -> MostItems:
    """The number of items whose failures all fit into the history of an execution, and the error about a longer list.

    Args:
        fan_out: the class of the fan-out, with its article.
        work: the work on an item, with its article.
        events: in the history, of an item that fails.
        instead: the remedy for a longer list, as a sentence.
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


# Room for the causes of rejected jobs in the result of a Map, beside the size of each record without its cause.
_CAUSES_BYTES: Final = STEP_FUNCTIONS_PAYLOAD_BYTES * 3 // 4
_RECORD_BYTES: Final = 80
_LONGEST_CAUSE: Final = 1_000

CAUSE_CHARACTERS: Final = jsonata(
    f"$min([{_LONGEST_CAUSE}, $max([0, $floor({_CAUSES_BYTES} / $states.input.total) - {_RECORD_BYTES}])])"
)
"""The length of a cause that an iteration may keep: the causes of all iterations have to fit into one payload."""

ITERATION_FAILED: Final = program(__file__, "iteration_failed").bind()
"""The record of a failed item: its job, or the reason why it has no job. An item that succeeds returns its job id."""

FIRST_ROUND_OF_ITERATION: Final = {"round": 0, "jobIds": []}
"""Further fields of an iteration whose item may run again."""

ITERATION_SUCCEEDED_IN_ROUND: Final = '{% {"jobId": [$states.input.jobIds, $states.result.JobId]} %}'


def iteration_failed_in_round(rounds: RetryTiers) -> str:
    """The record of an item that may run several times, or the input of its next round."""
    return program(__file__, "iteration_failed_in_round").bind(**rounds.counted)


MAP_OUTCOME: Final = program(__file__, "outcome").bind()
"""The summary, and the error of the first rejected job, if there is one."""
