"""Map states that keep the whole description of each job that they wait for."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.model.flows import is_distributed, map_around
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.states import State
from constructs_lib.checks.model.submits import Submit
from constructs_lib.templates.unknown import Unknown

DESCRIPTION_BYTES: Final = 1_000
"""Less than that of any job: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html."""
_ELSEWHERE: Final = ("ResultSelector", "ResultPath", "Output", "OutputPath", "ResultWriter")
"""What makes something else of the results of a Map state."""


def maps_that_keep(pipelines: Pipelines) -> Iterator[tuple[State, Submit]]:
    """Each Map state whose result is the descriptions, with what submits the jobs."""
    for submit in pipelines.submits:
        state = submit.state
        outer = map_around(state) if state else None
        if state is None or outer is None or outer is not state.around or not _keeps(state):
            continue
        if is_distributed(outer) is not None and not any(field in outer.body for field in _ELSEWHERE):
            yield outer, submit


def _keeps(state: State) -> bool:
    """Whether it waits, and hands on all of what it gets as the last one of its iteration."""
    body = state.body
    if not state.resource.endswith(".sync") or "End" not in body or state.is_jsonata is None:
        return False
    if state.is_jsonata:
        return "Output" not in body
    path = body.get("ResultPath", "$")
    return not isinstance(path, Unknown) and path is not None and not {"ResultSelector", "OutputPath"} & body.keys()
