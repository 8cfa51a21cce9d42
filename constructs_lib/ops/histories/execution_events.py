"""What the events of an execution say about its stages, and about what it has started, one event after the other."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from constructs_lib.core.protocol import fan_out_of
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.reruns.fan_outs import FanOut, FanOutReader

_TASKS: Final = ("taskSubmittedEventDetails", "taskSucceededEventDetails", "taskFailedEventDetails")


@dataclass(frozen=True, slots=True)
class Stage:
    """A state, or a fan-out with all its states, of an execution.

    Attributes:
        name: of the state or the fan-out.
        status: ``RUNNING``, ``SUCCEEDED``, or ``FAILED``, which is also what was stopped.
        times: how often it began.
        began: when the first one was.
        ended: when the last one was left; None while it runs, and for what never left.
    """

    name: str
    status: str
    times: int
    began: datetime
    ended: datetime | None


@dataclass(slots=True)
class _Seen:
    first: str
    began: datetime
    times: int = 0
    entered: int = 0
    left: int = 0
    last: datetime | None = None


class Events:
    """Reads the events of a history, with their data; only what it has found is kept.

    Args:
        definition: of the state machine, by which fan-outs are known.

    Attributes:
        jobs: ids of the jobs that were submitted, in order.
        executions: ARNs of executions of other state machines that were started.
        map_runs: ARNs of the runs of distributed maps.
    """

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self._fan_outs: FanOutReader | None = FanOutReader(definition)
        self._stages: dict[str, _Seen] = {}
        self._jobs: dict[str, None] = {}
        self._executions: dict[str, None] = {}
        self.map_runs: list[str] = []

    def see(self, event: Mapping[str, Any]) -> None:
        """Take the next event into account."""
        self._see_state(event)
        if details := event.get("mapRunStartedEventDetails"):
            self.map_runs.append(details["mapRunArn"])
        for member in _TASKS:
            if details := event.get(member):
                self._see_task(details)
        if self._fan_outs:
            try:
                self._fan_outs.see(event)
            except OperationError:  # a fan-out of a newer version: it is shown without its summary
                self._fan_outs = None

    @property
    def jobs(self) -> list[str]:
        """Ids of the jobs that were submitted, in order."""
        return list(self._jobs)

    @property
    def executions(self) -> list[str]:
        """ARNs of executions of other state machines that were started."""
        return list(self._executions)

    @property
    def fan_outs(self) -> list[FanOut]:
        """The fan-outs that have begun."""
        return self._fan_outs.found if self._fan_outs else []

    def stages(self, *, is_running: bool) -> tuple[Stage, ...]:
        """The states and fan-outs in the order in which they began.

        Args:
            is_running: whether the execution is; what never left has failed otherwise.
        """
        return tuple(
            Stage(
                name,
                "SUCCEEDED" if seen.left >= seen.entered else "RUNNING" if is_running else "FAILED",
                seen.times,
                seen.began,
                seen.last if seen.left >= seen.entered else None,
            )
            for name, seen in self._stages.items()
        )

    def _see_state(self, event: Mapping[str, Any]) -> None:
        entered, left = event.get("stateEnteredEventDetails"), event.get("stateExitedEventDetails")
        if not (details := entered or left):
            return
        name = fan_out_of(details["name"])[0] or details["name"]
        seen = self._stages.setdefault(name, _Seen(details["name"], event["timestamp"]))
        if entered:
            seen.entered += 1
            seen.times += details["name"] == seen.first
        else:
            seen.left += 1
            seen.last = event["timestamp"]

    def _see_task(self, details: Mapping[str, Any]) -> None:
        service = details.get("resourceType", "").removeprefix("aws-sdk:")
        if service not in ("batch", "states", "sfn"):
            return
        try:
            told = json.loads(details.get("output") or details.get("cause") or "null")
        except ValueError:  # an error that is a sentence, or an output that AWS has cut
            return
        if not isinstance(told, dict):
            return
        if service == "batch" and details.get("resource", "").startswith("submitJob") and "JobId" in told:
            self._jobs[told["JobId"]] = None
        if service != "batch" and details.get("resource", "").startswith("startExecution") and "ExecutionArn" in told:
            self._executions[told["ExecutionArn"]] = None
