"""Invokes the targets of schedules when it is time.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule.html
"""

import math
import threading
import zlib
from collections.abc import Callable
from typing import Any

from moto.scheduler.exceptions import ScheduleGroupNotFound, ScheduleNotFound
from moto.scheduler.models import scheduler_backends

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.clocks.timer import Timer
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
        self._timer = Timer(clock, "schedules", starts=True)
        self._current: dict[str, object] = {}
        self._lock = threading.Lock()
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
        token = object()
        with self._lock:
            self._current[schedule.arn] = token
        if schedule.state == "ENABLED":
            start = schedule.start_date
            begin = self.clock.now()
            base = begin if start is None else float(start)
            self._plan(schedule, token, math.nextafter(max(begin, base), -math.inf), base)

    def removed(self, arn: str) -> None:
        """Forget a schedule."""
        with self._lock:
            self._current.pop(arn, None)

    def close(self) -> None:
        """Start nothing any more."""
        self._timer.close()

    def _plan(self, schedule: Any, token: object, after: float, base: float) -> bool:
        """Wait for the next time; whether there is one."""
        local = zone(schedule.schedule_expression_timezone)
        moment = schedule_expression(schedule.schedule_expression).after(after, local, base)
        is_once = schedule.schedule_expression.startswith("at(")
        if moment is None or (not is_once and schedule.end_date is not None and moment > float(schedule.end_date)):
            return False
        planned = moment
        self._timer.at(planned + _flexible(schedule, planned), lambda: self._fire(schedule, token, planned, base))
        return True

    def _fire(self, schedule: Any, token: object, moment: float, base: float) -> None:
        if self._current.get(schedule.arn) is not token:
            return
        goes_on = self._plan(schedule, token, moment, base)
        target = dict(schedule.target)
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
                ended=(lambda: None) if goes_on else (lambda: self._completed(schedule, token)),
            )
        )

    def _completed(self, schedule: Any, token: object) -> None:
        if schedule.action_after_completion != "DELETE" or self._current.get(schedule.arn) is not token:
            return
        location = Location.of(schedule.arn)
        try:
            scheduler_backends[location.account][location.region].delete_schedule(schedule.group_name, schedule.name)
        except (ScheduleNotFound, ScheduleGroupNotFound):
            return
        self.removed(schedule.arn)

    def _client_of(self, schedule: Any, target: dict[str, Any]) -> Callable[[str], Any]:
        location = Location.of(schedule.arn)
        source = location.arn("scheduler", f"schedule-group/{schedule.group_name}")  # AWS says so: not the schedule's
        role = target["RoleArn"]
        return lambda service: self._callers.client(service, location, role=role, by=SERVICE, source=source)


def _flexible(schedule: Any, moment: float) -> float:
    """How long after its time a schedule with a flexible window invokes its target: the same in every run."""
    minutes = (schedule.flexible_time_window or {}).get("MaximumWindowInMinutes") or 0
    return float(zlib.crc32(f"{schedule.name} {moment}".encode()) % (60 * minutes)) if minutes else 0.0
