"""When schedules are due: cron, rate and at, as EventBridge Scheduler and the rules of EventBridge write them."""

from constructs_lib.local.timetables.cron import Cron
from constructs_lib.local.timetables.expressions import (
    At,
    ExpressionError,
    Rate,
    Timetable,
    rule_expression,
    schedule_expression,
)

__all__ = ["At", "Cron", "ExpressionError", "Rate", "Timetable", "rule_expression", "schedule_expression"]
