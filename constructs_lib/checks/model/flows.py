"""How states follow each other, and how much of a history they take.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html and
https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
"""

import re
from collections.abc import Iterator, Mapping
from heapq import heappop, heappush
from math import inf
from typing import Any, Final

from constructs_lib.checks.model.states import State
from constructs_lib.checks.model.values import items, member, text
from constructs_lib.templates.unknown import Unknown

_RANGE: Final = re.compile(r"\{%\s*\[\s*(\d{1,9})\s*\.\.\s*(\d{1,9})\s*\]\s*%\}")
_PATH: Final = re.compile(r"\$(\.\w+)*")
_EVENTS: Final = {"Pass": 2, "Choice": 2, "Wait": 2, "Succeed": 2, "Parallel": 4, "Map": 4, "Task": 5}
"""Of a state that succeeds, without those of the states in it: entered and exited; started and succeeded of what holds
others; scheduled, started and succeeded of a task."""
_SUBMITTED: Final = 1
"""One more of a task that is waited for."""
_ITERATION: Final = 2
"""Started and succeeded."""


def is_distributed(state: State) -> bool | None:
    """Whether the items of a Map are executions of their own; None if it is not known."""
    mode = member(state.body, "ItemProcessor", "ProcessorConfig", "Mode")
    return None if isinstance(mode, Unknown) else mode == "DISTRIBUTED"


def map_around(state: State) -> State | None:
    """The nearest Map state that a state is in."""
    return next((outer for outer in state.all_around if outer.body.get("Type") == "Map"), None)


def choices_before(state: State) -> list[str] | None:
    """The names of the Choice states that an execution may pass before a state; None if the way is not known."""
    found: list[str] = []
    here: State | None = state
    while here:
        reached = _reached(here.flow)
        if reached is None:
            return None
        bodies = here.flow["States"]
        found += [
            name
            for name in reached
            if member(bodies[name], "Type") == "Choice" and here.name in _after(bodies, [*_next(bodies[name])])
        ]
        here = here.around
    return found


def is_first(state: State) -> bool:
    """Whether an execution is known to begin with a state, and never to come back to it."""
    bodies = state.flow["States"]
    begins = state.around is None and state.flow.get("StartAt") == state.name
    return begins and not any(state.name in _next(body) for body in bodies.values())


def follows(state: State) -> list[Mapping[str, Any]]:
    """The states of the same flow that an execution may pass after a state."""
    bodies = state.flow["States"]
    return [bodies[name] for name in _after(bodies, [*_next(state.body)])]


def comes_back(state: State) -> bool:
    """Whether an execution may pass a state again, as after a Catch that leads back to it."""
    return state.name in _after(state.flow["States"], [*_next(state.body)])


def count_of(state: State) -> int | None:
    """How many items a Map state has, if its definition says it; None if it is not known."""
    given = state.body.get("Items") if state.is_jsonata else _passed_on(state)
    if isinstance(given, list):
        return len(given) if not any(isinstance(item, Unknown) for item in given) else None
    found = _RANGE.fullmatch(given.strip()) if state.is_jsonata and isinstance(given, str) else None
    return max(0, int(found[2]) - int(found[1]) + 1) if found else None


def events_of_iteration(state: State) -> int:
    """How many events an iteration of a Map state takes at least, if it succeeds."""
    return _ITERATION + _least_events(member(state.body, "ItemProcessor") or member(state.body, "Iterator"))


def _passed_on(state: State) -> Any:
    """The list that a Map state of JSONPath takes from the only state before it, a Pass that says it."""
    bodies = state.flow["States"]
    before = [body for body in bodies.values() if state.name in _next(body)]
    path = text(state.body.get("ItemsPath", "$"))
    if path is None or not _PATH.fullmatch(path) or len(before) != 1 or state.flow.get("StartAt") == state.name:
        return None
    [said] = before
    if said.get("Type") != "Pass" or {"Parameters", "OutputPath"} & said.keys() or "InputPath" in state.body:
        return None
    value, into = said.get("Result"), text(said.get("ResultPath", "$"))
    if into is None or not _PATH.fullmatch(into):
        return None
    for name in reversed(into.split(".")[1:]):
        value = {name: value}
    return member(value, *path.split(".")[1:])


def _least_events(flow: Any) -> int:
    """Of the shortest way through a flow that ends well; 0 if none is known."""
    bodies, start = member(flow, "States"), text(member(flow, "StartAt"))
    if not isinstance(bodies, dict) or start is None:
        return 0
    waiting, done = [(_own_events(bodies.get(start)), start)], set[str]()
    while waiting:
        events, name = heappop(waiting)
        body = bodies.get(name)
        if name in done or not isinstance(body, dict):
            continue
        done.add(name)
        if events < inf and (body.get("Type") == "Succeed" or "End" in body):
            return int(events)
        for following in _next({**body, "Catch": []}):
            heappush(waiting, (events + _own_events(bodies.get(following)), following))
    return 0


def _own_events(body: Any) -> float:
    """Of a state with what is in it; infinitely many of one that never succeeds."""
    events: float = _EVENTS.get(text(member(body, "Type")) or "", inf)
    if ".sync" in str(member(body, "Resource")):
        events += _SUBMITTED
    return events + sum(_least_events(branch) for branch in items(member(body, "Branches")) or ())


def _reached(flow: Mapping[str, Any]) -> list[str] | None:
    """The names of the states that an execution may pass; None if they are not all known."""
    start, bodies = flow.get("StartAt"), flow["States"]
    found = _after(bodies, [start]) if isinstance(start, str) else []
    leads_on = {name for each in found for name in _next(bodies[each])}
    return found if found and all(isinstance(bodies.get(name), dict) for name in leads_on) else None


def _after(bodies: Mapping[str, Any], names: list[str]) -> list[str]:
    """The states with some names, and those that may follow them."""
    found: dict[str, None] = {}
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        if name not in found and isinstance(bodies.get(name), dict):
            found[name] = None
            waiting += _next(bodies[name])
    return [*found]


def _next(body: Any) -> Iterator[str]:
    """The names of the states that may follow a state at once."""
    entries = [body]
    for name in ("Choices", "Catch"):
        entries += items(member(body, name)) or ()
    for entry in entries:
        yield from (name for key in ("Next", "Default") if isinstance(name := member(entry, key), str))
