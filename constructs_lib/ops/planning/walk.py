"""The way of an execution through its state machine, as steps: what runs, one after the other or at the same time.

Nothing is evaluated: of a Choice the way is taken that leads to jobs, of a Map as many iterations run as there are
items, and states that call something else than a job take no time.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from constructs_lib.core.protocol import READ_ITEMS, fan_out_of, state_name
from constructs_lib.limits import STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY
from constructs_lib.marks import Mark
from constructs_lib.ops.planning.fan_outs import FanOut, knows, steps_of
from constructs_lib.ops.planning.steps import Sleep, Steps, Submit, Together
from constructs_lib.ops.planning.submission import SUBMIT_JOB, arguments_of, submit_request
from constructs_lib.ops.planning.work import Undertaking

State = Mapping[str, Any]
States = Mapping[str, State]

_DISTRIBUTED_CONCURRENCY: Final = 10_000
"""Child executions at a time of a Distributed Map that sets no limit.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

_START: Final = ":states:startExecution.sync"
_RETURN: Final = "Return summary"
_MACHINE: Final = re.compile(r"arn:[\w-]+:states:[\w-]+:\d+:stateMachine:[\w-]+")


def execution(undertaking: Undertaking, definition: State) -> Steps:
    """The steps of an execution.

    Args:
        undertaking: the work, and where requests are counted.
        definition: of the state machine.
    """
    return _Walk(undertaking).states(definition["StartAt"], definition["States"], None)


class _Walk:
    def __init__(self, undertaking: Undertaking) -> None:
        self._undertaking = undertaking
        self._requests = undertaking.requests

    def states(self, start: str, states: States, batch: int | None) -> Steps:
        """From a state to the end; in a batch of a Map's items, so many of them."""
        name: str | None = start
        seen: set[str] = set()
        while name is not None and name in states and name not in seen:
            seen.add(name)
            state = states[name]
            fan_out, local = fan_out_of(name)
            mark = Mark.read(state.get("Comment")) if local == READ_ITEMS else None
            if mark and knows(mark.kind):
                yield from steps_of(self._undertaking, FanOut(fan_out, mark.kind, states, mark.options))
                name = state_name(fan_out, _RETURN)
                state = states[name]
            else:
                self._requests.transitions += 1
                yield from self._state(name, state, batch)
            name = self._next(name, state, states, seen)

    def _state(self, name: str, state: State, batch: int | None) -> Steps:
        match state["Type"]:
            case "Task":
                yield from self._task(name, state, batch)
            case "Wait":
                yield from self._wait(name, state)
            case "Parallel":
                branches = [(branch["StartAt"], branch["States"]) for branch in state["Branches"]]
                yield Together(self.states(start, states, batch) for start, states in branches)
            case "Map":
                yield from self._map(name, state, batch)

    def _next(self, name: str, state: State, states: States, seen: set[str]) -> str | None:
        if state["Type"] != "Choice":
            following = state.get("Next")
            return str(following) if following else None
        ways = [way for way in _ways(state) if way not in seen]
        if not ways:
            return None
        chosen = next((way for way in ways if _leads_to_jobs(way, states, set(seen))), ways[0])
        if len(ways) > 1:
            self._requests.note(f"Of the choice {name} the way to {chosen} is taken.")
        return chosen

    def _wait(self, name: str, state: State) -> Steps:
        seconds = state.get("Seconds")
        if isinstance(seconds, int | float):
            yield Sleep(float(seconds))
        else:
            self._requests.note(f"How long {name} waits is known at run time only: it takes no time here.")

    def _task(self, name: str, state: State, batch: int | None) -> Steps:
        resource = str(state.get("Resource", ""))
        if SUBMIT_JOB in resource:
            yield self._submit(name, arguments_of(state), batch, wait=".sync" in resource)
            return
        started = _MACHINE.search(json.dumps(arguments_of(state))) if _START in resource else None
        machine = self._undertaking.parts.machine_names.get(started[0]) if started else None
        if machine:
            yield from execution(self._undertaking, self._undertaking.parts.machines[machine])
            return
        called = resource.rpartition(":::")[2] or resource
        self._requests.note(f"{name} calls {called}: it takes no time and costs nothing here.")

    def _submit(self, name: str, arguments: State, batch: int | None, *, wait: bool) -> Submit:
        request = submit_request(self._undertaking.parts, name, arguments)
        self._undertaking.queues[request["jobQueue"]] = None
        array = arguments.get("ArrayProperties") or {}
        size = array.get("Size", array.get("Size.$"))
        if size is not None:
            items = size if isinstance(size, int) else batch or self._undertaking.items(name)
            # AWS Batch refuses an array of one child or none, and so does the scheduler.
            request["arrayProperties"] = {"size": max(2, self._undertaking.simulated(items)) if items > 1 else items}
        return Submit(request, self._undertaking.seconds(name), wait=wait)

    def _map(self, name: str, state: State, batch: int | None) -> Steps:
        processor = state.get("ItemProcessor") or state["Iterator"]
        given = state.get("Items")
        items = len(given) if isinstance(given, list) else batch or self._undertaking.items(name)
        per_batch = (state.get("ItemBatcher") or {}).get("MaxItemsPerBatch")
        if not isinstance(per_batch, int):
            per_batch = None
        distributed = (processor.get("ProcessorConfig") or {}).get("Mode") == "DISTRIBUTED"
        most = _DISTRIBUTED_CONCURRENCY if distributed else STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY
        limit = state.get("MaxConcurrency")
        at_a_time = min(limit, most) if isinstance(limit, int) and limit else most
        iterations, at_a_time, within = self._undertaking.batches(-(-items // (per_batch or 1)), at_a_time)
        inner = _Walk(within)
        yield Together(
            (inner.states(processor["StartAt"], processor["States"], per_batch) for _ in range(iterations)),
            at_a_time,
        )


def _ways(state: State) -> list[str]:
    """The states that one may lead to, but for failures."""
    found = [state.get("Next"), state.get("Default"), *(choice.get("Next") for choice in state.get("Choices", ()))]
    return [way for way in found if way]


def _leads_to_jobs(start: str, states: States, seen: set[str]) -> bool:
    open_ways = [start]
    while open_ways:
        name = open_ways.pop()
        if name in seen or name not in states:
            continue
        seen.add(name)
        text = json.dumps(states[name])
        if SUBMIT_JOB in text or ":ecs:runTask" in text or Mark.read(states[name].get("Comment")):
            return True
        open_ways += _ways(states[name])
    return False
