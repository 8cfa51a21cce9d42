"""An alarm: what it was put with, and the state that it has.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.local.metrics.alarms.states import INSUFFICIENT_DATA, MISSING

_DAY, _HOUR, _MINUTE, _SHORT = 86_400, 3_600, 60, 10
_UNCHECKED: Final = "Unchecked: Initial alarm creation"


@dataclass
class State:
    """A state, and why.

    Args:
        value: ``OK``, ``ALARM`` or ``INSUFFICIENT_DATA``.
        reason: in words.
        data: the same as JSON text; None for none.
        updated: when, in seconds.
        transitioned: since when it is this one.
    """

    value: str
    reason: str
    data: str | None
    updated: float
    transitioned: float


class Alarm:
    """An alarm.

    Args:
        arn: its ARN.
        put: the members of the request that made it.
        now: when, in seconds.
    """

    def __init__(self, arn: str, put: Mapping[str, Any], now: float) -> None:
        self.alarm_arn = arn
        self.name = str(put["AlarmName"])
        self.put = {name: value for name, value in put.items() if name != "Tags"}
        self.configured = now
        self.state = State(INSUFFICIENT_DATA, _UNCHECKED, None, now, now)
        self.actions_enabled = bool(put.get("ActionsEnabled", True))
        self.due: float | None = None
        """When it is to be evaluated next; None: not before something is put."""

    @property
    def rule(self) -> str | None:
        """The rule of a composite alarm."""
        return self.put.get("AlarmRule")

    @property
    def kind(self) -> str:
        """What kind of alarm it is."""
        return "MetricAlarm" if self.rule is None else "CompositeAlarm"

    @property
    def alarm_actions(self) -> list[str]:
        """What it does in ALARM."""
        return list(self.put.get("AlarmActions") or ())

    def actions(self, state: str) -> list[str]:
        """What it does in a state."""
        names = {"OK": "OKActions", "ALARM": "AlarmActions", INSUFFICIENT_DATA: "InsufficientDataActions"}
        return list(self.put.get(names[state]) or ())

    @property
    def periods(self) -> int:
        """The evaluation periods."""
        return int(self.put.get("EvaluationPeriods") or 1)

    @property
    def to_alarm(self) -> int:
        """How many datapoints have to be breaching."""
        return int(self.put.get("DatapointsToAlarm") or self.periods)

    @property
    def missing(self) -> str:
        """How missing datapoints are treated."""
        return str(self.put.get("TreatMissingData") or MISSING)

    @property
    def statistic(self) -> str:
        """The statistic of the one metric that it watches."""
        return str(self.put.get("ExtendedStatistic") or self.put.get("Statistic") or "Average")

    @property
    def period(self) -> int:
        """The length of a datapoint, in seconds."""
        if self.put.get("Period"):
            return int(self.put["Period"])
        queries = self.put.get("Metrics") or ()
        periods = [int(query["MetricStat"]["Period"]) for query in queries if "MetricStat" in query]
        return max([*periods, *(int(query["Period"]) for query in queries if query.get("Period"))], default=_MINUTE)

    @property
    def every(self) -> int:
        """How many seconds pass between two evaluations."""
        if self.period < _MINUTE:
            return _SHORT
        return _HOUR if self.period * self.periods > _DAY else _MINUTE

    def next_evaluation(self, now: float) -> float:
        """The next moment at which it may be evaluated."""
        return (now // self.every + 1) * self.every

    def described(self) -> dict[str, Any]:
        """One entry of DescribeAlarms."""
        state = self.state
        named = {name: value for name, value in self.put.items() if value is not None}
        lists = {name: named.get(name) or [] for name in ("OKActions", "AlarmActions", "InsufficientDataActions")}
        plain = {} if self.rule is not None or named.get("Metrics") else {"Dimensions": named.get("Dimensions") or []}
        return {
            **named,
            **lists,
            **plain,
            "AlarmArn": self.alarm_arn,
            "ActionsEnabled": self.actions_enabled,
            "AlarmConfigurationUpdatedTimestamp": self.configured,
            "StateValue": state.value,
            "StateReason": state.reason,
            **({"StateReasonData": state.data} if state.data else {}),
            "StateUpdatedTimestamp": state.updated,
            "StateTransitionedTimestamp": state.transitioned,
        }
