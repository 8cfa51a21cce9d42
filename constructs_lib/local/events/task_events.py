"""The event that Amazon ECS sends when the status of a task changes.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.events.default_bus import DefaultBus

_SOURCE, _KIND = "aws.ecs", "ECS Task State Change"


class TaskEvents:
    """Sends an event for each change, as long as there are rules that could want it.

    Args:
        bus: takes the events.
        clock: tells when.
    """

    def __init__(self, bus: DefaultBus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock

    def changed(self, describe: Callable[[], dict[str, Any]]) -> None:
        """Tell of the status that a task has now, which is described if somebody hears; returns at once."""
        if self._bus.is_heard(source=_SOURCE):
            now = datetime.fromtimestamp(self._clock.now(), tz=UTC)
            detail = {**describe(), "updatedAt": now}
            told = {name: _moment(value) for name, value in detail.items() if name != "tags"}
            arn = str(told["taskArn"])
            self._bus.send(Location.of(arn), _SOURCE, _KIND, [arn], told)


def _moment(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}Z"
