"""Gap: moto's wildcards in Retry and Catch match too little and too much, and it refuses to pass on States.* errors.

In AWS, States.TaskFailed matches everything but States.Timeout; neither it nor States.ALL matches the terminal errors
States.DataLimitExceeded and States.Runtime; and a failed iteration or branch keeps the name of its error.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation.
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName

from constructs_lib.local.patching import Patch

_TIMEOUTS = {"States.Timeout", "States.HeartbeatTimeout"}


def patches() -> list[Patch]:
    """Match as AWS does; let names of AWS's own errors through."""
    return [
        Patch(ErrorEqualsDecl, "_eval_body", _match),
        Patch(CustomErrorName, "__init__", ErrorName.__init__),
    ]


def matches(names: set[str], error: str | None) -> bool:
    """Tell whether an ErrorEquals list matches an error."""
    if error == "States.Runtime":
        return False
    if error == "States.DataLimitExceeded":
        return error in names
    return (
        error in names
        or "States.ALL" in names
        or ("States.TaskFailed" in names and error not in _TIMEOUTS)
        or ("States.Timeout" in names and error in _TIMEOUTS)
    )


def _match(self: Any, env: Any) -> None:
    failed = env.stack.pop()
    env.stack.append(matches({name.error_name for name in self.error_names}, failed and failed.error_name))
