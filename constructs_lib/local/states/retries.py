"""Gap: moto sleeps between attempts even when the execution has been stopped meanwhile."""

import time
from typing import Any

from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl

from constructs_lib.local.states.patching import Patch

_SLICE_SECONDS = 0.1


def patches() -> list[Patch]:
    """Wait in slices, and give up when the execution no longer runs."""
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
    _wait(env, env.stack.pop())
    env.stack.append(outcome.Executed)


def _stopped(env: Any) -> bool:
    """Whether the execution has been stopped: parts then evaluate to nothing, and there is nothing to pop."""
    if env.is_running():
        return False
    env.stack.append(retrier_decl.RetrierOutcome.Executed)
    return True


def _wait(env: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while env.is_running() and (left := end - time.monotonic()) > 0:
        env.program_state_event.wait(min(left, _SLICE_SECONDS))
