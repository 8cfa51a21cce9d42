"""What happened in an execution, by its history: which states it visited, and what their tasks started.

Nothing here asks AWS: events go in, in their order, and the course can be looked at after each.
Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from constructs_lib.core.container_contract import item_index
from constructs_lib.core.protocol import CHECK_OUTCOME, PLAN_JOBS, READ_ITEMS, SUMMARY, Summary, fan_out_of
from constructs_lib.ops.histories.histories import Event

RUNNING: Final = "RUNNING"
SUCCEEDED: Final = "SUCCEEDED"
FAILED: Final = "FAILED"

_ENDS: Final = {
    "ExecutionSucceeded": SUCCEEDED,
    "ExecutionFailed": FAILED,
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}
_TASK_ENDS: Final = {
    "Succeeded": SUCCEEDED,
    "Failed": FAILED,
    "TimedOut": FAILED,
    "StartFailed": FAILED,
    "SubmitFailed": FAILED,
    "ScheduleFailed": FAILED,
}
_TASKS: Final = ("Task", "LambdaFunction", "Activity")


@dataclass(slots=True, eq=False)
class Task:
    """One try of a Task state.

    Attributes:
        resource: what it calls, such as ``batch:submitJob.sync``.
        began: when it was scheduled.
        ended: when it ended; None while it runs.
        status: ``RUNNING``, ``SUCCEEDED`` or ``FAILED``.
        job: the id of the job that it submitted to AWS Batch, if it did.
        job_name: the name of that job.
        size: of the array job that it submits.
        first_item: the index of the first item that its job works on, if it was given items.
        execution: the ARN of the execution that it started, if it did.
        ecs_tasks: the tasks that it ran on Amazon ECS: the ARN of each, and that of its definition.
        told: the job as AWS Batch described it at its end, with names in upper case; None if it did not.
        error: its error, if it failed.
        cause: the cause of that.
    """

    resource: str
    began: datetime
    ended: datetime | None = None
    status: str = RUNNING
    job: str | None = None
    job_name: str = ""
    size: int | None = None
    first_item: int | None = None
    execution: str | None = None
    ecs_tasks: tuple[tuple[str, str], ...] = ()
    told: dict[str, Any] | None = None
    error: str = ""
    cause: str = ""

    @property
    def waits(self) -> bool:
        """Whether the state waits for the end of what it started."""
        return ".sync" in self.resource or ".waitForTaskToken" in self.resource


@dataclass(slots=True, eq=False)
class Visit:
    """One visit of a state, or one iteration of a Map state.

    Attributes:
        name: of the state.
        kind: its type, such as ``Task``; ``Iteration``.
        entered: when.
        parent: the visit that it is inside of.
        index: of an iteration.
        left: when; None while it is there.
        status: ``RUNNING``, ``SUCCEEDED`` or ``FAILED``.
        length: of a Map state: how many items it has.
        map_run: of a Distributed Map: the ARN of its Map Run.
        tasks: the tries of a Task state.
    """

    name: str
    kind: str
    entered: datetime
    parent: "Visit | None" = None
    index: int | None = None
    left: datetime | None = None
    status: str = RUNNING
    length: int | None = None
    map_run: str | None = None
    tasks: list[Task] = field(default_factory=list)

    def above(self) -> Iterator["Visit"]:
        """It, and those that it is inside of, the innermost first."""
        visit: Visit | None = self
        while visit is not None:
            yield visit
            visit = visit.parent


@dataclass(slots=True, eq=False)
class FanOutSeen:
    """A fan-out of this library that has begun.

    Attributes:
        name: as its states are called.
        total: how many items it has, over all times that it ran; None until it knows.
        results_uri: prefix of its results; None until it knows.
        summary: its output; None until it has ended. Of several times, the last.
        summaries: those of all times that it has ended.
        times: how often it began.
    """

    name: str
    total: int | None = None
    results_uri: str | None = None
    summary: dict[str, Any] | None = None
    times: int = 0
    summaries: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ended(self) -> int:
        """How often it ended."""
        return len(self.summaries)


class Course:
    """The course of one execution.

    Attributes:
        status: ``RUNNING``, or how it ended.
        began: when it started; None before the first event.
        stopped: when it ended.
        error: of an execution that failed.
        cause: of that.
        output: JSON text of an execution that succeeded.
        visits: of states and iterations, in the order of their beginning.
        fan_outs: those that began, by the name of their states.
        events: how many there were.
    """

    def __init__(self) -> None:
        self.status = RUNNING
        self.began: datetime | None = None
        self.stopped: datetime | None = None
        self.error, self.cause = "", ""
        self.output: str | None = None
        self.visits: list[Visit] = []
        self.fan_outs: dict[str, FanOutSeen] = {}
        self.events = 0
        self._places: dict[int, Visit | None] = {0: None}

    def take(self, event: Event) -> None:
        """Note the next event."""
        self.events += 1
        kind, place = event["type"], self._places.get(event.get("previousEventId", 0))
        if "stateEnteredEventDetails" in event:
            place = self._enter(event, place)
        elif "stateExitedEventDetails" in event:
            place = self._leave(event, place)
        elif kind.startswith("MapIteration"):
            place = self._iterate(event, place)
        elif kind.startswith(("MapState", "MapRun")) and place is not None:
            _note_map(place, event)
        elif kind.startswith(_TASKS) and place is not None:
            _note_task(place, event)
        elif kind.startswith("Execution"):
            self._note_execution(event, place)
        self._places[event["id"]] = place

    def take_all(self, events: Iterator[Event] | list[Event]) -> "Course":
        """Note several events, and return this."""
        for event in events:
            self.take(event)
        return self

    def tasks(self) -> Iterator[tuple[Visit, Task]]:
        """All tries of Task states."""
        return ((visit, task) for visit in self.visits for task in visit.tasks)

    def current(self) -> list[str]:
        """The names of the states that it is in, the innermost of each; of iterations, each name once."""
        inside = {id(visit.parent) for visit in self.visits if visit.left is None}
        return list(
            dict.fromkeys(
                visit.name
                for visit in self.visits
                if visit.left is None and visit.kind != "Iteration" and id(visit) not in inside
            )
        )

    def stage(self, visit: Visit) -> str:
        """What a visit belongs to: the fan-out, or else the outermost Map state, or else the state itself."""
        outermost = visit.name
        for place in visit.above():
            fan_out, _ = fan_out_of(place.name)
            if fan_out in self.fan_outs:
                return fan_out
            if place.kind == "Map":
                outermost = place.name
        return outermost

    def _enter(self, event: Event, before: Visit | None) -> Visit:
        details = event["stateEnteredEventDetails"]
        kind = event["type"].removesuffix("StateEntered")
        visit = Visit(details["name"], kind, event["timestamp"], _around(before))
        self.visits.append(visit)
        fan_out, state = fan_out_of(visit.name)
        if state == READ_ITEMS:
            self.fan_outs.setdefault(fan_out, FanOutSeen(fan_out)).times += 1
        elif state == CHECK_OUTCOME and fan_out in self.fan_outs:
            seen, summary = self.fan_outs[fan_out], _parsed(details.get("input")).get(SUMMARY)
            if isinstance(summary, dict):
                seen.summary = summary
                seen.summaries.append(summary)
                seen.results_uri = summary.get(Summary.RESULTS_URI, seen.results_uri)
        return visit

    def _leave(self, event: Event, before: Visit | None) -> Visit | None:
        details = event["stateExitedEventDetails"]
        visit = next((place for place in before.above() if place.name == details["name"]), None) if before else None
        if visit is None:
            return before
        _end(visit, event["timestamp"], SUCCEEDED)
        fan_out, state = fan_out_of(visit.name)
        if state == PLAN_JOBS and fan_out in self.fan_outs:
            seen, plan = self.fan_outs[fan_out], _parsed(details.get("output"))
            if isinstance(plan.get(Summary.TOTAL), int):
                seen.total = (seen.total or 0) + plan[Summary.TOTAL]
            seen.results_uri = plan.get(Summary.RESULTS_URI, seen.results_uri)
        return visit

    def _iterate(self, event: Event, before: Visit | None) -> Visit | None:
        kind = event["type"].removeprefix("MapIteration")
        details = event[f"mapIteration{kind}EventDetails"]
        places = list(before.above()) if before else []
        if kind == "Started":
            around = next((place for place in places if place.name == details["name"] and place.kind == "Map"), None)
            visit = Visit(details["name"], "Iteration", event["timestamp"], around, details.get("index"))
            self.visits.append(visit)
            return visit
        visit_ = next((place for place in places if place.kind == "Iteration" and place.name == details["name"]), None)
        if visit_ is None:
            return before
        for place in places[: places.index(visit_) + 1]:  # a state that failed has no event for its end
            _end(place, event["timestamp"], SUCCEEDED if kind == "Succeeded" else FAILED)
        return visit_

    def _note_execution(self, event: Event, place: Visit | None) -> None:
        kind = event["type"]
        if kind == "ExecutionStarted":
            self.began = event["timestamp"]
        elif kind == "ExecutionRedriven":
            self.status, self.stopped, self.error, self.cause = RUNNING, None, "", ""
        elif kind in _ENDS:
            self.status, self.stopped = _ENDS[kind], event["timestamp"]
            details = event.get(f"{kind[0].lower()}{kind[1:]}EventDetails", {})
            self.error, self.cause = details.get("error", ""), details.get("cause", "")
            self.output = details.get("output")
            for visit in place.above() if place and self.status != SUCCEEDED else ():
                _end(visit, event["timestamp"], FAILED)
            for visit in self.visits:
                _end(visit, event["timestamp"], FAILED)


def _end(visit: Visit, time: datetime, status: str) -> None:
    if visit.left is None:
        visit.left, visit.status = time, status
    for task in visit.tasks:
        if task.ended is None:
            task.ended, task.status = time, status


def _around(before: Visit | None) -> Visit | None:
    """What a state is inside of that is entered after an event of another one."""
    if before is None:
        return None
    is_open = before.left is None and before.kind in ("Iteration", "Map", "Parallel")
    return before if is_open else before.parent


def _note_map(visit: Visit, event: Event) -> None:
    if "mapStateStartedEventDetails" in event:
        visit.length = event["mapStateStartedEventDetails"].get("length")
    elif "mapRunStartedEventDetails" in event:
        visit.map_run = event["mapRunStartedEventDetails"]["mapRunArn"]
    elif event["type"] in ("MapStateFailed", "MapStateAborted", "MapRunFailed", "MapRunAborted"):
        visit.status = FAILED


def _note_task(visit: Visit, event: Event) -> None:
    of, kind = next((name, event["type"].removeprefix(name)) for name in _TASKS if event["type"].startswith(name))
    details = event.get(f"{event['type'][0].lower()}{event['type'][1:]}EventDetails", {})
    if kind == "Scheduled":
        visit.tasks.append(_scheduled(of, details, event["timestamp"]))
    elif visit.tasks and kind == "Submitted":
        _note_started(visit.tasks[-1], _parsed(details.get("output")))
    elif visit.tasks and kind in _TASK_ENDS:
        task = visit.tasks[-1]
        task.ended, task.status = event["timestamp"], _TASK_ENDS[kind]
        task.error, task.cause = details.get("error", ""), details.get("cause", "")
        told = _parsed(details.get("output") if task.status == SUCCEEDED else task.cause)
        if not task.waits and task.status == SUCCEEDED:
            _note_started(task, told)
        elif task.job or "JobId" in told:
            task.job = task.job or told["JobId"]
            task.told = told if "JobId" in told else None


def _scheduled(of: str, details: dict[str, Any], time: datetime) -> Task:
    if of != "Task":
        return Task("lambda:invoke" if of == "LambdaFunction" else "activity", time)
    task = Task(f"{details.get('resourceType', '')}:{details.get('resource', '')}".removeprefix("aws-sdk:"), time)
    given = _parsed(details.get("parameters"))
    if task.resource.startswith("batch:submitJob"):
        task.job_name = str(given.get("JobName", ""))
        properties = given.get("ArrayProperties")
        size = properties.get("Size") if isinstance(properties, dict) else None
        task.size = size if isinstance(size, int) else None
        task.first_item = _first_item(given)
    return task


def _first_item(given: dict[str, Any]) -> int | None:
    overrides = given.get("ContainerOverrides")
    entries = overrides.get("Environment") if isinstance(overrides, dict) else None
    return item_index({str(entry.get("Name")): str(entry.get("Value", "")) for entry in entries or ()}, None)


def _note_started(task: Task, told: dict[str, Any]) -> None:
    if task.resource.startswith("batch:submitJob"):
        task.job = told.get("JobId", task.job)
    elif task.resource.startswith(("states:startExecution", "sfn:startExecution")):
        task.execution = told.get("ExecutionArn", task.execution)
    elif task.resource.startswith("ecs:runTask"):
        tasks = told.get("Tasks")
        task.ecs_tasks = tuple(
            (str(item["TaskArn"]), str(item.get("TaskDefinitionArn", ""))) for item in tasks or () if "TaskArn" in item
        )


def _parsed(text: object) -> dict[str, Any]:
    """A JSON object; empty for any other text."""
    try:
        told = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
