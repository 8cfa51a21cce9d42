"""Gap: moto runs every iteration and branch in one more thread, and a branch that is stopped early dies of an error.

And an execution that times out counts as ended before its tasks have noticed.
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.runtime import CURRENT

_GRACE_SECONDS = 5.0


def patches() -> list[Patch]:
    """Run in the caller's thread unless there is a timeout."""
    return [Patch(Program, "eval", _run)]


def _run(self: Any, env: Any) -> None:
    if env.program_state() is not None and not env.is_running():
        return
    env.next_state_name = self.start_at.start_at_name
    if self.timeout_seconds is None:
        EvalComponent.eval(self, env)
        return
    worker = CURRENT.runtime.clock.thread(EvalComponent.eval, self, env)
    worker.start()
    worker.join(self.timeout_seconds.timeout_seconds)
    if worker.is_alive():
        env.set_timed_out()
        worker.join(_GRACE_SECONDS)
