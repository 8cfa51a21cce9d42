"""Gap: moto's Parallel says nothing of the states that it aborts, and follows the last event of any branch.

In AWS, a branch that fails aborts the state in which it, and each other branch, is; what comes next follows from the
event that failed.
"""

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branch_worker import BranchWorker
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branches_decl import (
    BranchesDecl,
    BranchWorkerPool,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.program_state import ProgramError

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.events import abort
from constructs_lib.local.states.runtime import CURRENT


def patches() -> list[Patch]:
    """Run the branches; abort what is open when one fails."""
    return [Patch(BranchesDecl, "_eval_body", _run)]


def _run(self: Any, env: Any) -> None:
    given, since = env.stack.pop(), env.event_history_context.source_event_id
    pool = BranchWorkerPool(workers_num=len(self.programs))
    workers = []
    for program in self.programs:
        frame = env.open_inner_frame()
        frame.states.reset(input_value=given)
        workers.append(BranchWorker(branch_worker_comm=pool, program=program, env=frame))
        workers[-1].start()
    pool.wait()
    error = pool.get_exit_event_details()
    frames = [worker.env for worker in workers]
    if error is None:
        results = [frame.states.get_input() for frame in frames]
        for frame in frames:
            env.close_frame(frame)
        env.stack.append(results)
        return
    origin = _failed(frames).event_history_context.source_event_id
    for worker in workers:
        worker.stop(stop_date=CURRENT.runtime.moment(), cause=None, error=None)
    for frame in frames:
        env.close_frame(frame)
        abort(env, frame, since, origin)
    raise FailureEventException(_branch_failed(env, error))


def _failed(frames: list[Any]) -> Any:
    return next(frame for frame in frames if isinstance(frame.program_state(), ProgramError))


def _branch_failed(env: Any, error: Any) -> Any:
    failed = FailureEvent(
        env=env,
        error_name=CustomErrorName(error_name=error.get("error")),
        event_type=HistoryEventType.ExecutionFailed,
        event_details=EventDetails(executionFailedEventDetails=error),
    )
    failed._is_inner = True  # noqa: SLF001 our own attribute on moto's object
    return failed
