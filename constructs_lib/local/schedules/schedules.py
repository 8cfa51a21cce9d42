"""Invokes the targets of schedules when it is time.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule.html
"""

import contextlib
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

from moto.scheduler.exceptions import ScheduleGroupNotFound, ScheduleNotFound
from moto.scheduler.models import scheduler_backends

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.agenda import Agenda, Entry
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.deliveries import Callers, Deliverer, Delivery, RetryPolicy
from constructs_lib.local.schedules.attempts import Attempts
from constructs_lib.local.schedules.checks import problem, zone
from constructs_lib.local.timetables import schedule_expression

SERVICE = "scheduler.amazonaws.com"


class Schedules:
    """The schedules of one embedded AWS.

    Args:
        clock: tells the time.
        callers: makes clients with the rights of roles.
        deliverer: calls targets, again if it fails.
    """

    def __init__(self, clock: Clock, callers: Callers, deliverer: Deliverer) -> None:
        self.clock = clock
        self._callers = callers
        self._deliverer = deliverer
        self._agenda = Agenda(clock, "schedules")
        self.lost: list[str] = []
        """What was not delivered, and why."""

    def refusal(self, operation: str, request: dict[str, Any], group: str) -> str | None:
        """Why a request to make or change a schedule is refused; None if it is not.

        Args:
            operation: its name.
            request: its parameters.
            group: the ARN of the schedule's group.
        """
        return problem(
            operation,
            request,
            self.clock.now(),
            lambda role: self._callers.trusts(role, by=SERVICE, source=group),
        )

    def changed(self, schedule: Any) -> None:
        """Go by a schedule of moto's as it is now."""
        if schedule.state != "ENABLED":
            self.removed(schedule.arn)
            return
        now = self.clock.now()
        start = now if schedule.start_date is None else float(schedule.start_date)
        target = dict(schedule.target)

        def fire(entry: Entry, moment: float, is_last: bool) -> None:
            self._invoke(schedule, target, moment, partial(self._completed, schedule, entry) if is_last else None)

        entry = Entry(_times(schedule, start), fire, partial(_flexible, schedule))
        self._agenda.put(schedule.arn, entry, max(now, start))

    def removed(self, arn: str) -> None:
        """Forget a schedule."""
        self._agenda.remove(arn)

    def close(self) -> None:
        """Start nothing any more."""
        self._agenda.close()

    def _invoke(self, schedule: Any, target: dict[str, Any], moment: float, ended: Callable[[], object] | None) -> None:
        attempts = Attempts(schedule.arn, target, moment, self._client_of(schedule, target), self.lost)
        self._deliverer.deliver(
            Delivery(
                source=schedule.arn,
                target=target["Arn"],
                since=self.clock.now(),
                policy=RetryPolicy.of(target),
                send=attempts.send,
                helps=lambda _: True,
                lost=attempts.lose,
                ended=ended or (lambda: None),
            )
        )

    def _completed(self, schedule: Any, entry: Entry) -> None:
        if schedule.action_after_completion != "DELETE" or not self._agenda.has(schedule.arn, entry):
            return
        location = Location.of(schedule.arn)
        with contextlib.suppress(ScheduleNotFound, ScheduleGroupNotFound):
            scheduler_backends[location.account][location.region].delete_schedule(schedule.group_name, schedule.name)

    def _client_of(self, schedule: Any, target: dict[str, Any]) -> Callable[[str], Any]:
        location = Location.of(schedule.arn)
        source = location.arn("scheduler", f"schedule-group/{schedule.group_name}")  # AWS says so: not the schedule's
        role = target["RoleArn"]
        return lambda service: self._callers.client(service, location, role=role, by=SERVICE, source=source)


def _times(schedule: Any, start: float) -> Callable[[float], float | None]:
    """When a schedule is due, until its end."""
    expression = str(schedule.schedule_expression)
    timetable, local = schedule_expression(expression), zone(schedule.schedule_expression_timezone)
    end = None if schedule.end_date is None or expression.startswith("at(") else float(schedule.end_date)

    def after(moment: float) -> float | None:
        found = timetable.after(moment, local, start)
        return None if found is None or (end is not None and found > end) else found

    return after


def _flexible(schedule: Any, moment: float) -> float:
    """How long after its time a schedule with a flexible window invokes its target: the same in every run."""
    minutes = (schedule.flexible_time_window or {}).get("MaximumWindowInMinutes") or 0
    return float(zlib.crc32(f"{schedule.name} {moment}".encode()) % (60 * minutes)) if minutes else 0.0
