"""Histories of executions as Step Functions writes them, made up event by event."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

BEGIN = datetime(2026, 11, 30, 12, tzinfo=UTC)
EXECUTION = "arn:aws:states:eu-west-1:111122223333:execution:Nightly:monday"


class Written:
    """A history; each method appends an event and returns its id."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.now = BEGIN

    def add(self, kind: str, previous: int = -1, /, **details: Any) -> int:
        number = len(self.events) + 1
        event = {
            "id": number,
            "previousEventId": number - 1 if previous < 0 else previous,
            "type": kind,
            "timestamp": self.now,
        }
        if details:
            event[_details(kind)] = {
                name: json.dumps(value) if name in ("input", "output", "parameters") else value
                for name, value in details.items()
            }
        self.events.append(event)
        return number

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def start(self) -> int:
        return self.add("ExecutionStarted", 0, input={})

    def enter(self, kind: str, name: str, previous: int = -1, given: Any = None) -> int:
        return self.add(f"{kind}StateEntered", previous, name=name, input=given)

    def leave(self, kind: str, name: str, previous: int = -1, output: Any = None) -> int:
        return self.add(f"{kind}StateExited", previous, name=name, output=output)

    def submit(self, job: str, previous: int = -1, *, name: str = "job", size: int | None = None) -> int:
        given = {"JobName": name, **({"ArrayProperties": {"Size": size}} if size else {})}
        of = {"resourceType": "batch", "resource": "submitJob.sync"}
        self.add("TaskScheduled", previous, **of, region="eu-west-1", parameters=given)
        self.add("TaskStarted", **of)
        return self.add("TaskSubmitted", **of, output={"JobId": job, "JobName": name})

    def succeed(self, job: str, previous: int = -1, **more: Any) -> int:
        told = {"JobId": job, "Status": "SUCCEEDED", **more}
        return self.add("TaskSucceeded", previous, resourceType="batch", resource="submitJob.sync", output=told)

    def fail(self, job: str, previous: int = -1, **more: Any) -> int:
        told = json.dumps({"JobId": job, "JobName": "job", "Status": "FAILED", **more})
        of = {"resourceType": "batch", "resource": "submitJob.sync"}
        return self.add("TaskFailed", previous, **of, error="States.TaskFailed", cause=told)


def _details(kind: str) -> str:
    if kind.endswith(("StateEntered", "StateExited")):
        return f"state{kind[-7:] if kind.endswith('Entered') else kind[-6:]}EventDetails"
    return f"{kind[0].lower()}{kind[1:]}EventDetails"
