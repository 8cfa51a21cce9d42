"""Gap: moto sleeps between attempts even when the execution has been stopped meanwhile."""

from typing import Any

from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.interruptions import pause


def patches() -> list[Patch]:
    """Wait by the clock, and give up when the execution no longer runs."""
    return [Patch(retrier_decl.RetrierDecl, "_eval_body", _retry)]


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
