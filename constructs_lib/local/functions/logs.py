"""What functions write, in CloudWatch Logs.

Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
"""

from datetime import UTC, datetime
from typing import Any

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.functions.invocation import Answer
from constructs_lib.local.iam.functions import FunctionRights

_MILLISECONDS = 1000


class Logs:
    """The logs of functions: a group for each, a stream for each invocation.

    Args:
        rights: IAM. None: not enforced.
        clock: tells the time.
    """

    def __init__(self, rights: FunctionRights | None, clock: Clock) -> None:
        self._rights = rights
        self._clock = clock

    def stream(self, request_id: str) -> str:
        """The name of the stream of an invocation; here each is the first one of its process."""
        today = datetime.fromtimestamp(self._clock.now(), tz=UTC)
        return f"{today:%Y/%m/%d}/[$LATEST]{request_id.replace('-', '')}"

    def write(self, function: Any, stream: str, request_id: str, answer: Answer) -> None:
        """Put in what an invocation has written, unless the function's role may not."""
        group, logs = function.logs_group_name, function.logs_backend
        exists = group in logs.groups
        if self._rights is not None and not self._rights.may_log(
            function.role, function.function_arn, group, stream, exists=exists
        ):
            return
        logs.ensure_log_group(group)
        logs.create_log_stream(group, stream)
        lines = [
            f"START RequestId: {request_id} Version: $LATEST",
            *answer.output.splitlines(),
            f"END RequestId: {request_id}",
            f"REPORT RequestId: {request_id}\tMemory Size: {function.memory_size} MB",
        ]
        now = int(self._clock.now() * _MILLISECONDS)
        logs.put_log_events(group, stream, [{"timestamp": now, "message": line} for line in lines])
