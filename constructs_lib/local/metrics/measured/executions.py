"""Metrics of Step Functions: executions by their outcome, and how long they took.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""

from constructs_lib.local.account import Location
from constructs_lib.local.metrics.measured.counting import count

_NAMESPACE = "AWS/States"
_NAMES = {
    "RUNNING": "ExecutionsStarted",
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}
_MILLISECONDS = 1000


def execution_changed(machine_arn: str, status: str, seconds: float | None) -> None:
    """Measure the status that an execution has now.

    Args:
        machine_arn: of its state machine.
        status: such as ``RUNNING``.
        seconds: how long it took; None while it runs.
    """
    name = _NAMES.get(status)
    if name is None:
        return
    location, dimensions = Location.of(machine_arn), {"StateMachineArn": machine_arn}
    count(location, _NAMESPACE, name, dimensions)
    if seconds is not None:
        took = seconds * _MILLISECONDS
        count(location, _NAMESPACE, "ExecutionTime", dimensions, value=took, unit="Milliseconds")
