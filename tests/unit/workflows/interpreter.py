"""Walks a JSONata state machine with the expressions as they were synthesized; tasks are functions of the test."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.limits import STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.local.states.expressions import evaluation as expressions
from constructs_lib.local.states.flow.retries import matches

Task = Callable[[dict[str, Any]], Any]


class Failure(Exception):  # noqa: N818 - a failed state, as Step Functions calls it
    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


def job_failure(job_id: str, **details: Any) -> Failure:
    """What Step Functions reports of a job that ran and failed."""
    return Failure("States.TaskFailed", json.dumps({"JobId": job_id, "Status": "FAILED", **details}))


@dataclass
class Execution:
    """Runs a definition; `tasks` are found by the end of their resource's name."""

    tasks: dict[str, Task]
    visited: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    input: Any = None

    def run(self, machine: dict[str, Any], given: Any, item: Any = None) -> Any:
        """Run an execution, or what is inside of one of its states: the input of the first stays that of all."""
        self.input = given if self.input is None else self.input
        name, value = machine["StartAt"], given
        while True:
            self.visited.append(name)
            state = machine["States"][name]
            following, value = self._enter(state, value, self._context(name, item))
            assert (
                len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
                <= STEP_FUNCTIONS_PAYLOAD_BYTES
            )
            if following is None:
                return value
            name = following

    def _enter(self, state: dict[str, Any], given: Any, context: dict[str, Any]) -> tuple[str | None, Any]:
        states = {"input": given, "context": context}
        match state["Type"]:
            case "Fail":
                raise Failure(evaluate(state["Error"], states), evaluate(state.get("Cause", ""), states))
            case "Choice":
                for rule in state["Choices"]:
                    if evaluate(rule["Condition"], states) is True:
                        return rule["Next"], evaluate(rule["Output"], states) if "Output" in rule else given
                return state["Default"], given
        try:
            result = self._result(state, states)
        except Failure as failure:
            for catch in state.get("Catch", []):
                if not matches(set(catch["ErrorEquals"]), failure.error):
                    continue
                states["errorOutput"] = {"Error": failure.error, "Cause": failure.cause}
                return catch["Next"], evaluate(catch.get("Output", states["errorOutput"]), states)
            raise
        if result is not None:
            states["result"] = result
        if "Output" in state:
            return state.get("Next"), evaluate(state["Output"], states)
        return state.get("Next"), given if result is None else result

    def _result(self, state: dict[str, Any], states: dict[str, Any]) -> Any:
        if state["Type"] == "Task":
            return self.tasks[state["Resource"].rpartition(":")[2]](evaluate(state["Arguments"], states))
        if state["Type"] == "Parallel":
            return [self.run(branch, states["input"]) for branch in state["Branches"]]
        if state["Type"] == "Map":
            results = []
            for index, value in enumerate(evaluate(state["Items"], states)):
                item = {"Index": index, "Value": value}
                within = {**states, "context": {**states["context"], "Map": {"Item": item}}}
                given = evaluate(state["ItemSelector"], within) if "ItemSelector" in state else value
                results.append(self.run(state["ItemProcessor"], given))
            return results
        if state["Type"] == "Wait":
            self.waits.append(evaluate(state["Seconds"], states))
            return None
        assert state["Type"] in {"Pass", "Succeed"}
        return None

    def _context(self, name: str, item: Any) -> dict[str, Any]:
        context: dict[str, Any] = {
            "StateMachine": {"Name": "Machine"},
            "Execution": {"Id": "arn:run-1", "Name": "run-1", "Input": self.input},
            "State": {"Name": name},
        }
        return {**context, "Map": {"Item": item}} if item else context


def evaluate(value: Any, states: dict[str, Any]) -> Any:
    """Evaluate all expressions in a value; nothing at all is an error, as in Step Functions."""
    if isinstance(value, dict):
        return {key: evaluate(inner, states) for key, inner in value.items()}
    if isinstance(value, list):
        return [evaluate(inner, states) for inner in value]
    if not (isinstance(value, str) and value.startswith("{%")):
        return value
    # The fixture of the module has put in `$string` as AWS has it: there is no other way.
    return expressions.evaluate(expressions.parse(value[2:-2]), {"states": states}.__getitem__)
