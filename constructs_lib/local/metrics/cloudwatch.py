"""CloudWatch as the other parts of an embedded AWS meet it: what they measure, and what alarms do."""

from collections.abc import Callable
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.metrics import api, backend
from constructs_lib.local.metrics.alarms import messages
from constructs_lib.local.metrics.alarms.book import Book, Transition
from constructs_lib.local.metrics.alarms.watch import Watch
from constructs_lib.local.metrics.runtime import CURRENT, Runtime
from constructs_lib.local.patching import Change, Patch


class CloudWatch:
    """The metrics and alarms of one embedded AWS.

    Args:
        clock: tells the time, which alarms are evaluated by.
        send: sends an event to a bus.
        act: does an action of an alarm: its ARN, the action's, a subject and a message; says why it failed.
    """

    def __init__(
        self,
        clock: Clock,
        send: Callable[[Location, str, str, list[str], dict[str, Any]], None],
        act: Callable[[str, str, str, str], str | None],
    ) -> None:
        self._clock = clock
        self._send = send
        self._act = act
        self._watch = Watch(clock, self._books)

    def patches(self) -> list[Change]:
        """Let moto have these metrics and alarms."""
        return [
            Patch(CURRENT, "runtime", Runtime(self._clock, self)),
            *backend.patches(),
            *api.patches(),
        ]

    def close(self) -> None:
        """Evaluate alarms no more."""
        self._watch.close()

    def changed(self, transition: Transition) -> None:
        """Send the event of a new state."""
        arn = transition.alarm.alarm_arn
        kind = "CloudWatch Alarm State Change"
        self._send(Location.of(arn), "aws.cloudwatch", kind, [arn], messages.detail(transition))

    def act(self, transition: Transition, action: str) -> str | None:
        """Do an action."""
        arn = transition.alarm.alarm_arn
        return self._act(arn, action, messages.subject(transition), messages.message(transition))

    def wake(self) -> None:
        """Look at the alarms anew."""
        self._watch.wake()

    def _books(self) -> list[Book]:
        regions = list(cloudwatch_backends.values())
        return [
            made.book for each in regions for made in list(each.values()) if isinstance(made, backend.CloudWatchBackend)
        ]
