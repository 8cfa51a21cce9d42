"""Gap: moto's branches and iterations take a thread each and more, and end, stop and time out otherwise than in AWS.

An inline Map in moto starts a thread per item, recurses once per item, and goes on before its workers have ended. AWS
runs up to 40 iterations at once. Here a worker takes one item after the other in a loop, and a Map that fails stops its
other iterations and waits for them, so that their jobs are terminated when the failure shows.

A Parallel in moto says nothing of the states that it aborts, and follows the last event of any branch. In AWS, a branch
that fails aborts the state in which it, and each other branch, is; what comes next follows from the event that failed.

A branch that is stopped early dies of an error in moto, and an execution that times out counts as ended before its
tasks have noticed.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html.
"""

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.inline_iteration_component import (
    InlineIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.iteration_worker import IterationWorker
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.job import JobPool
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branch_worker import BranchWorker
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel.branches_decl import (
    BranchesDecl,
    BranchWorkerPool,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.program_state import ProgramError

from constructs_lib.limits import STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY
from constructs_lib.local.patching import Patch
from constructs_lib.local.states.executions.events import abort
from constructs_lib.local.states.runtime import CURRENT

_GRACE_SECONDS = 5.0


def patches() -> list[Patch]:
    """Cap a Map's workers, wait for them; abort what is open when a branch fails; run in the caller's thread."""
    return [
        Patch(InlineIterationComponent, "_eval_body", _run_iterations),
        Patch(IterationWorker, "_eval_pool", _work),
        Patch(BranchesDecl, "_eval_body", _run_branches),
        Patch(Program, "eval", _run_program),
    ]


def _run_iterations(self: Any, env: Any) -> None:
    request = env.stack.pop()
    items = request.input_items
    pool = JobPool(job_program=self._get_iteration_program(), job_inputs=items)
    count = min(request.max_concurrency or len(items), len(items), STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY)
    workers = [self._create_worker(env=env, eval_input=request, job_pool=pool) for _ in range(count)]
    threads = [CURRENT.runtime.clock.thread(worker.eval) for worker in workers]
    for thread in threads:
        thread.start()
    pool.await_jobs()
    error = pool.get_worker_exception()
    if error is not None:
        env.set_stop(stop_date=CURRENT.runtime.moment(), cause=None, error=None)
    for thread in threads:
        thread.join(_GRACE_SECONDS)
    if error is not None:
        raise error
    env.stack.append([job.job_output for job in pool.get_closed_jobs()])


def _work(self: Any, job: Any, worker_frame: Any) -> None:
    while job is not None:
        frame = worker_frame.open_inner_frame()
        try:
            self._eval_job(env=frame, job=job)
        except Exception as error:  # noqa: BLE001 the pool hands it to the Map state, which would wait forever
            job.job_output = error
        worker_frame.close_frame(frame)
        is_last = isinstance(job.job_output, Exception) or self.stopped()
        next_job = None if is_last else self._job_pool.next_job()
        if next_job is None:
            # The frame is closed before the job: the Map state waits for jobs, and goes on from here; after a failure
            # from what failed, not from the end of the iteration.
            if not isinstance(job.job_output, Exception):
                worker_frame.event_history_context.source_event_id = frame.event_history_context.last_published_event_id
            self._env.close_frame(worker_frame)
        self._job_pool.close_job(job)
        job = next_job


def _run_branches(self: Any, env: Any) -> None:
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


def _run_program(self: Any, env: Any) -> None:
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
