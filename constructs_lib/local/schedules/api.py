"""Gap: moto keeps schedules, takes whatever it is given, and starts nothing.

Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/Welcome.html
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from moto.scheduler.exceptions import JsonRESTError, ScheduleGroupNotFound, ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule
from moto.scheduler.responses import EventBridgeSchedulerResponse

from constructs_lib.local.account import Location
from constructs_lib.local.patching import Around, Change, Patch
from constructs_lib.local.schedules.schedules import Schedules

Answer = Callable[[Any], str]
_DEFAULT = "default"


def patches(schedules: Schedules) -> list[Change]:
    """Check what is asked for, and go by what is kept.

    Args:
        schedules: invokes the targets.
    """
    requests = _Requests(schedules)
    return [
        Around(EventBridgeSchedulerResponse, "create_schedule", requests.create),
        Around(EventBridgeSchedulerResponse, "update_schedule", requests.update),
        Around(EventBridgeSchedulerBackend, "delete_schedule", requests.delete),
        Around(EventBridgeSchedulerBackend, "create_schedule_group", _create_group),
        Around(EventBridgeSchedulerBackend, "delete_schedule_group", requests.delete_group),
        Patch(Schedule, "_validate_start_date", _any_date),
    ]


class _Requests:
    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules

    def create(self, answer: Answer) -> Answer:
        def create_schedule(response: Any) -> str:
            return self._keep(response, "CreateSchedule", answer)

        return create_schedule

    def update(self, answer: Answer) -> Answer:
        def update_schedule(response: Any) -> str:
            return self._keep(response, "UpdateSchedule", answer)

        return update_schedule

    def delete(self, delete: Callable[..., None]) -> Callable[..., None]:
        def delete_schedule(backend: Any, group_name: str | None, name: str) -> None:
            arn = backend.get_schedule(group_name, name).arn
            delete(backend, group_name, name)
            self._schedules.removed(arn)

        return delete_schedule

    def delete_group(self, delete: Callable[..., None]) -> Callable[..., None]:
        def delete_schedule_group(backend: Any, name: str | None) -> None:
            group = backend.get_schedule_group(name)
            if group.name == _DEFAULT:
                raise ValidationException("The default schedule group cannot be deleted.")
            delete(backend, name)
            for schedule in list(group.schedules.values()):
                self._schedules.removed(schedule.arn)

        return delete_schedule_group

    def _keep(self, response: Any, operation: str, answer: Answer) -> str:
        backend = response.scheduler_backend
        given = json.loads(response.body or "{}")
        name = unquote(response.uri.split("?")[0].rpartition("/")[2])
        group = given.get("GroupName") or _DEFAULT
        location = Location(backend.account_id, backend.region_name)
        refused = self._schedules.refusal(
            operation, {**given, "Name": name}, location.arn("scheduler", f"schedule-group/{group}")
        )
        if refused:
            raise ValidationException(refused)
        if group not in backend.schedule_groups:
            raise ScheduleGroupNotFound(group)
        told = answer(response)
        schedule = backend.get_schedule(group, name)
        self._complete(schedule, given, operation)
        self._schedules.changed(schedule)
        return told

    def _complete(self, schedule: Any, given: dict[str, Any], operation: str) -> None:
        """Set what moto leaves as it was, or takes from the clock of the machine."""
        now = self._schedules.clock.now()
        schedule.state = given.get("State") or "ENABLED"
        schedule.action_after_completion = given.get("ActionAfterCompletion") or "NONE"
        schedule.last_modified_date = now
        if operation == "CreateSchedule":
            schedule.creation_date = now


def _create_group(create: Callable[..., Any]) -> Callable[..., Any]:
    def create_schedule_group(backend: Any, name: str, tags: list[dict[str, str]]) -> Any:
        if name in backend.schedule_groups:
            raise JsonRESTError("ConflictException", f"Schedule group {name} already exists.")
        return create(backend, name=name, tags=tags)

    return create_schedule_group


def _any_date(self: Any, start_date: str | None) -> str | None:
    """Take any: what it may be is checked by the clock of the embedded AWS."""
    del self
    return start_date
