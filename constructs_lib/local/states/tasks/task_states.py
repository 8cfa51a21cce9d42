"""Gap: moto starts a thread per task even when nothing limits its time.

And a task that was interrupted (stopped execution, failed sibling) counted as failed or succeeded; it is neither. And
an Output that cannot be evaluated failed the execution, past the state's Retry and Catch.
"""

import copy
from typing import Any

from moto.stepfunctions.parser.asl.component.common.catch.catch_outcome import CatchOutcome
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.runtime import CURRENT

_eval_state_output = ExecutionState._eval_state_output  # noqa: SLF001 this is what gets replaced


class InterruptedTaskError(Exception):
    """A task noticed that its environment no longer runs."""


def patches() -> list[Patch]:
    """Evaluate in the state's own thread unless there is a timeout."""
    return [
        Patch(ExecutionState, "_evaluate_with_timeout", _evaluate),
        Patch(ExecutionState, "_eval_state_output", _leave),
    ]


def _evaluate(self: Any, env: Any) -> None:
    self.timeout.eval(env=env)
    seconds = env.stack.pop()
    frame = env.open_frame()
    frame.states.reset(input_value=env.states.get_input())
    frame.stack = copy.deepcopy(env.stack)
    try:
        if self.timeout.is_default_value():
            self._eval_execution(frame)
        else:
            _run_within(seconds, self._eval_execution, frame)
    except Exception as error:
        if env.is_running() and not isinstance(error, InterruptedTaskError):
            raise
        return  # whoever ended the environment says how it ended
    finally:
        frame.set_ended()
        env.close_frame(frame)
    if env.is_running():
        _take_result(self, env, frame.stack[-1])


def _run_within(seconds: int, run: Any, frame: Any) -> None:
    errors: list[Exception] = []

    def execute() -> None:
        try:
            run(frame)
        except Exception as error:  # noqa: BLE001 raised again in the state's thread
            errors.append(error)

    thread = CURRENT.runtime.clock.thread(execute)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise EvalTimeoutError
    if errors:
        raise errors[0]


def _take_result(state: Any, env: Any, result: Any) -> None:
    if not state._is_language_query_jsonpath():  # noqa: SLF001 moto's own way
        _take_result_by_jsonata(state, env, result)
        return
    env.stack.append(result)
    for part in (state.assign_decl, state.result_selector):
        if part:
            part.eval(env=env)
    if state.result_path:
        state.result_path.eval(env)
    else:
        env.states.reset(input_value=env.stack.pop())


def _take_result_by_jsonata(state: Any, env: Any, result: Any) -> None:
    env.states.set_result(result)
    if state.output:
        state.output.jsonata_template_value.eval(env=env)
    else:
        env.stack.append(result)
    if state.assign_decl:
        state.assign_decl.eval(env=env)


def _leave(self: Any, env: Any) -> None:
    if self._is_language_query_jsonpath():
        _eval_state_output(self, env)
    elif not isinstance(env.stack[-1], CatchOutcome):
        env.states.reset(input_value=env.stack.pop())
