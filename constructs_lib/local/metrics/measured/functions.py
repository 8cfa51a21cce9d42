"""Metrics of Lambda functions.

Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from constructs_lib.local.account import Location
from constructs_lib.local.metrics.measured.counting import count

_MILLISECONDS = 1000


def function_ran(function_arn: str, seconds: float, *, is_error: bool) -> None:
    """Measure an invocation.

    Args:
        function_arn: of the function.
        seconds: how long it took on this machine.
        is_error: whether it failed.
    """
    location, dimensions = Location.of(function_arn), {"FunctionName": function_arn.split(":")[6]}
    count(location, "AWS/Lambda", "Invocations", dimensions)
    count(location, "AWS/Lambda", "Errors", dimensions, value=float(is_error))
    count(location, "AWS/Lambda", "Duration", dimensions, value=seconds * _MILLISECONDS, unit="Milliseconds")
