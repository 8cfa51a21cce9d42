"""Gap: moto's wildcards in Retry and Catch match too little and too much, and it retries what has been stopped.

In AWS, States.TaskFailed matches everything but States.Timeout; neither it nor States.ALL matches the terminal errors
States.DataLimitExceeded and States.Runtime; and a failed iteration or branch keeps the name of its error. moto refuses
to pass on States.* errors, and sleeps between attempts even when the execution has been stopped meanwhile.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation.
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.interruptions import pause

_TIMEOUTS = {"States.Timeout", "States.HeartbeatTimeout"}


def patches() -> list[Patch]:
    """Match as AWS does; let names of AWS's own errors through; wait by the clock, and give up once it is stopped."""
    return [
        Patch(ErrorEqualsDecl, "_eval_body", _match),
        Patch(CustomErrorName, "__init__", ErrorName.__init__),
        Patch(retrier_decl.RetrierDecl, "_eval_body", _retry),
    ]


def _retry(self: Any, env: Any) -> None:
    outcome = retrier_decl.RetrierOutcome
    self.error_equals.eval(env)
    if _stopped(env):
        return
    if not env.stack.pop():
        env.stack.append(outcome.Skipped)
        return
    self.max_attempts.eval(env=env)
    if _stopped(env):
        return
    if env.stack.pop() == retrier_decl.MaxAttemptsOutcome.EXHAUSTED:
        env.stack.append(outcome.Failed)
        return
    for part in (self.interval_seconds, self.backoff_rate, self.max_delay_seconds, self.jitter_strategy):
        part.eval(env=env)
    if _stopped(env):
        return
    pause(env, env.stack.pop())
    env.stack.append(outcome.Executed)


def _stopped(env: Any) -> bool:
    """Whether the execution has been stopped: parts then evaluate to nothing, and there is nothing to pop."""
    if env.is_running():
        return False
    env.stack.append(retrier_decl.RetrierOutcome.Executed)
    return True


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
