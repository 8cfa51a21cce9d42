"""Gap: moto's inline Map starts a thread per item, recurses once per item, and goes on before its workers have ended.

AWS runs up to 40 iterations at once. Here a worker takes one item after the other in a loop, and a Map that fails stops
its other iterations and waits for them, so that their jobs are terminated when the failure shows.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html.
"""

from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.inline_iteration_component import (
    InlineIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.iteration_worker import IterationWorker
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.job import JobPool

from constructs_lib.limits import STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY
from constructs_lib.local.patching import Patch
from constructs_lib.local.states.runtime import CURRENT

_GRACE_SECONDS = 5.0


def patches() -> list[Patch]:
    """Cap the workers, wait for them; iterate."""
    return [
        Patch(InlineIterationComponent, "_eval_body", _run_workers),
        Patch(IterationWorker, "_eval_pool", _work),
    ]


def _run_workers(self: Any, env: Any) -> None:
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
