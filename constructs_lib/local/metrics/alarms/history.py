"""What is remembered of alarms.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_AlarmHistoryItem.html
"""

import json
from dataclasses import dataclass
from typing import Any

from constructs_lib.local.metrics.alarms.alarm import Alarm, State
from constructs_lib.local.metrics.alarms.evaluation import timestamp


@dataclass(frozen=True)
class Item:
    """Something that happened.

    Args:
        alarm: the name of the alarm.
        alarm_kind: ``MetricAlarm`` or ``CompositeAlarm``.
        moment: when, in seconds.
        kind: ``ConfigurationUpdate``, ``StateUpdate`` or ``Action``.
        summary: in words.
        data: the same as JSON text.
    """

    alarm: str
    alarm_kind: str
    moment: float
    kind: str
    summary: str
    data: str

    def described(self) -> dict[str, Any]:
        """It as DescribeAlarmHistory has it."""
        return {
            "AlarmName": self.alarm,
            "AlarmType": self.alarm_kind,
            "Timestamp": self.moment,
            "HistoryItemType": self.kind,
            "HistorySummary": self.summary,
            "HistoryData": self.data,
        }


def configured(alarm: Alarm, before: Alarm | None, now: float) -> Item:
    """An alarm was made, or changed."""
    verb = "updated" if before else "created"
    data = {"version": "1.0", "type": "Update" if before else "Create", "alarmName": alarm.name}
    return _item(alarm, now, "ConfigurationUpdate", f'Alarm "{alarm.name}" {verb}', data)


def deleted(alarm: Alarm, now: float) -> Item:
    """An alarm was deleted."""
    data = {"version": "1.0", "type": "Delete", "alarmName": alarm.name}
    return _item(alarm, now, "ConfigurationUpdate", f'Alarm "{alarm.name}" deleted', data)


def changed(alarm: Alarm, before: State, now: float) -> Item:
    """An alarm has another state."""
    after = alarm.state
    data = {"version": "1.0", "oldState": _state(before), "newState": _state(after)}
    return _item(alarm, now, "StateUpdate", f"Alarm updated from {before.value} to {after.value}", data)


def acted(alarm: Alarm, action: str, problem: str | None, now: float) -> Item:
    """An alarm did something, or failed to."""
    data: dict[str, Any] = {
        "actionState": "Failed" if problem else "Succeeded",
        "stateUpdateTimestamp": int(alarm.state.updated * 1000),
        "notificationResource": action,
        **({"error": problem} if problem else {}),
    }
    done = f"Successfully executed action {action}"
    failed = f'Failed to execute action {action}. Received error: "{problem}"'
    return _item(alarm, now, "Action", failed if problem else done, data)


def _state(state: State) -> dict[str, Any]:
    reason = {"stateReasonData": json.loads(state.data)} if state.data else {}
    return {"stateValue": state.value, "stateReason": state.reason, **reason}


def _item(alarm: Alarm, now: float, kind: str, summary: str, data: dict[str, Any]) -> Item:
    return Item(alarm.name, alarm.kind, now, kind, summary, json.dumps({**data, "publishedDate": timestamp(now)}))
