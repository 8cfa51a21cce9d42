"""Gap: moto's rules with a schedule start nothing.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
"""

from collections.abc import Callable
from datetime import UTC
from typing import Any
from uuid import uuid4

from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend

from constructs_lib.local.clocks.agenda import Agenda, Entry
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.events.targets import Targets
from constructs_lib.local.patching import Around, Change
from constructs_lib.local.timetables import ExpressionError, Rate, rule_expression

Operation = Callable[..., Any]


class ScheduledRules:
    """The rules of one embedded AWS that have a schedule: each start is an event, of which only the rule hears.

    Args:
        clock: tells the time.
        targets: starts the targets.
    """

    def __init__(self, clock: Clock, targets: Targets) -> None:
        self._clock = clock
        self._targets = targets
        self._agenda = Agenda(clock, "scheduled rules")

    def patches(self) -> list[Change]:
        """Go by the rules as they are."""
        return [
            Around(EventsBackend, "put_rule", self._putting),
            Around(EventsBackend, "enable_rule", self._switching),
            Around(EventsBackend, "disable_rule", self._switching),
            Around(EventsBackend, "delete_rule", self._deleting),
        ]

    def close(self) -> None:
        """Start nothing any more."""
        self._agenda.close()

    def _putting(self, put: Operation) -> Operation:
        def put_rule(backend: Any, name: str, *arguments: Any, **given: Any) -> Any:
            expression = given.get("scheduled_expression")
            if expression:
                _check(expression)
            rule = put(backend, name, *arguments, **given)
            self._changed(rule)
            return rule

        return put_rule

    def _switching(self, switch: Operation) -> Operation:
        def switch_rule(backend: Any, name: str, event_bus_arn: str | None) -> Any:
            told = switch(backend, name, event_bus_arn)
            rule = _rule(backend, name, event_bus_arn)
            if rule is not None:
                self._changed(rule)
            return told

        return switch_rule

    def _deleting(self, delete: Operation) -> Operation:
        def delete_rule(backend: Any, name: str, event_bus_arn: str | None) -> None:
            rule = _rule(backend, name, event_bus_arn)
            delete(backend, name, event_bus_arn)
            if rule is not None:
                self._agenda.remove(rule.arn)

        return delete_rule

    def _changed(self, rule: Any) -> None:
        if rule.state != "ENABLED" or not rule.scheduled_expression:
            self._agenda.remove(rule.arn)
            return
        timetable, now = rule_expression(rule.scheduled_expression), self._clock.now()
        # The first time of a rate is not when the rule is made, but after the first interval.
        begin = now + timetable.seconds if isinstance(timetable, Rate) else now

        def fire(entry: Entry, moment: float, is_last: bool) -> None:
            del entry, is_last
            self._fire(rule, moment)

        self._agenda.put(rule.arn, Entry(lambda moment: timetable.after(moment, UTC, begin), fire), begin)

    def _fire(self, rule: Any, moment: float) -> None:
        event = {
            "version": "0",
            "id": str(uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": rule.account_id,
            "time": moment,
            "region": rule.region_name,
            "resources": [rule.arn],
            "detail": {},
            "ingestion-time": moment,
        }
        self._targets.start(rule, event, at_once=False)


def _check(expression: str) -> None:
    try:
        rule_expression(expression)
    except ExpressionError:
        raise ValidationException("Parameter ScheduleExpression is not valid.") from None


def _rule(backend: Any, name: str, bus: str | None) -> Any | None:
    found = backend.event_buses.get((bus or "default").rpartition("/")[2])
    return None if found is None else found.rules.get(name)
