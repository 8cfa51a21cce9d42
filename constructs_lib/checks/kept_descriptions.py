"""Map states that keep the whole description of each job that they wait for."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.model.flows import is_distributed, map_around
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.states import State
from constructs_lib.checks.model.submits import Submit

DESCRIPTION_BYTES: Final = 1_000
"""Less than that of any job: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html."""
_INSTEAD: Final = ("ResultSelector", "Output", "ResultWriter")
"""What makes something else of a result."""


def maps_that_keep(pipelines: Pipelines) -> Iterator[tuple[State, Submit]]:
    """Each Map state whose result is the descriptions, with what submits the jobs."""
    for submit in pipelines.submits:
        state = submit.state
        outer = map_around(state) if state else None
        if state is None or outer is None or outer is not state.around or not _keeps(state):
            continue
        if is_distributed(outer) is not None and _hands_on(outer):
            yield outer, submit


def _keeps(state: State) -> bool:
    """Whether it waits, and hands on all of what it gets as the last one of its iteration."""
    return state.resource.endswith(".sync") and "End" in state.body and _hands_on(state)


def _hands_on(state: State) -> bool:
    """Whether the whole result is known to be a part of the output."""
    body, into = state.body, state.body.get("ResultPath", "$")
    if state.is_jsonata is None or any(field in body for field in _INSTEAD):
        return False
    return body.get("OutputPath", "$") == "$" and isinstance(into, str)
