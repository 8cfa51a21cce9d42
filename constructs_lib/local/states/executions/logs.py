"""Gap: moto writes no events of executions into CloudWatch Logs.

They arrive as the level of the state machine's ``loggingConfiguration`` says, with or without execution data. The
role's right to log is checked when the state machine is made (`definitions.authorizations`); from then on the log
delivery writes by its own right, so a role that changes later changes nothing. Who has deleted the log group gets no
events, and no error.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html and
https://docs.aws.amazon.com/step-functions/latest/dg/cloudwatch-log-level.html
"""

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from moto.logs.models import logs_backends
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.backend.execution import Execution

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.json_text import json_text

_FATAL: Final = frozenset({"ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"})
_ERROR: Final = _FATAL | {
    "ActivityFailed",
    "ActivityScheduleFailed",
    "ActivityTimedOut",
    "EvaluationFailed",
    "FailStateEntered",
    "LambdaFunctionFailed",
    "LambdaFunctionScheduleFailed",
    "LambdaFunctionStartFailed",
    "LambdaFunctionTimedOut",
    "MapIterationAborted",
    "MapIterationFailed",
    "MapRunAborted",
    "MapRunFailed",
    "MapStateAborted",
    "MapStateFailed",
    "ParallelStateAborted",
    "ParallelStateFailed",
    "TaskFailed",
    "TaskStartFailed",
    "TaskStateAborted",
    "TaskSubmitFailed",
    "TaskTimedOut",
    "WaitStateAborted",
}
_EXECUTION_DATA: Final = (
    "assignedVariables",
    "assignedVariablesDetails",
    "input",
    "inputDetails",
    "output",
    "outputDetails",
    "parameters",
)
_ARN_PARTS = 8
_MILLISECONDS = 1000

_init = Execution.__init__
_making_streams = threading.Lock()
_stream_ids: dict[str, str] = {}


@dataclass(frozen=True)
class LogDelivery:
    """Where the events of an execution go, and which of them.

    Args:
        execution_arn: of the execution.
        machine: the name of its state machine.
        group_arn: of the log group.
        level: ``ALL``, ``ERROR`` or ``FATAL``.
        with_data: whether inputs, outputs and parameters are among them.
    """

    execution_arn: str
    machine: str
    group_arn: str
    level: str
    with_data: bool

    def of(self, execution_arn: str) -> "LogDelivery":
        """The same for another execution of the same state machine, such as a child execution."""
        return replace(self, execution_arn=execution_arn)

    def takes(self, event_type: str) -> bool:
        """Whether an event is written."""
        return self.level == "ALL" or event_type in (_ERROR if self.level == "ERROR" else _FATAL)

    def write(self, event_id: int, previous_id: int, kind: str, moment: datetime, details: Mapping[str, Any]) -> None:
        """Write an event."""
        shown = {name: value for name, value in details.items() if self.with_data or name not in _EXECUTION_DATA}
        timestamp = round(moment.timestamp() * _MILLISECONDS)
        entry = {
            "id": str(event_id),
            "type": kind,
            "details": shown,
            "previous_event_id": str(previous_id),
            "event_timestamp": str(timestamp),
            "execution_arn": self.execution_arn,
            "redrive_count": "0",
        }
        _put(self, moment, {"timestamp": timestamp, "message": json_text(entry)})


def patches() -> list[Patch]:
    """Give each execution its delivery, and each event to it."""
    return [
        Patch(Execution, "__init__", _init_with_delivery),
        Patch(EventManager, "_publish_history_log", _write),
    ]


def _init_with_delivery(self: Any, *args: Any, **kwargs: Any) -> None:
    _init(self, *args, **kwargs)
    machine = self.state_machine
    self._cloud_watch_logging_session = _delivery(self.exec_arn, machine.name, machine.loggingConfiguration)


def _delivery(execution_arn: str, machine: str, configuration: dict[str, Any]) -> LogDelivery | None:
    level = configuration.get("level", "OFF")
    destinations = configuration.get("destinations") or []
    groups = [found for item in destinations if (found := item.get("cloudWatchLogsLogGroup", {}).get("logGroupArn"))]
    if level == "OFF" or not groups:
        return None
    return LogDelivery(execution_arn, machine, groups[0], level, bool(configuration.get("includeExecutionData")))


def _write(
    self: Any,
    *,
    event_id: int,
    source_event_id: int,
    event_type: Any,
    timestamp: str,
    event_details: Mapping[str, Any] | None,
) -> None:
    delivery = self._cloud_watch_logging_session
    kind = str(getattr(event_type, "value", event_type))
    if delivery is None or not delivery.takes(kind):
        return
    details: Mapping[str, Any] = next(iter((event_details or {}).values()), {})
    delivery.write(event_id, source_event_id, kind, datetime.fromisoformat(timestamp), details)


def _put(delivery: LogDelivery, moment: datetime, event: dict[str, Any]) -> None:
    parts = delivery.group_arn.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS - 1:
        return
    group_name = parts[6].partition(":")[0]
    group = logs_backends[parts[4]][parts[3]].groups.get(group_name)
    if group is None:
        return
    identifier = _stream_ids.setdefault(delivery.machine, uuid.uuid4().hex[:8])
    minute = moment.astimezone(UTC).strftime("%Y-%m-%d-%H-%M")
    stream = f"states/{delivery.machine}/{minute}/{identifier}"
    with _making_streams:
        if stream not in group.streams:
            group.create_log_stream(stream)
    # Of the group, not of the service, which refuses what a virtual clock tells as too old or too new.
    group.put_log_events(stream, [event])
