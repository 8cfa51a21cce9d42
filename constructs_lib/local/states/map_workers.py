"""Gap: moto's inline Map starts a thread per item, and each worker recurses once per item.

AWS runs up to 40 iterations at once. A worker here takes one item after the other in a loop.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html.
"""

import copy
from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.inline_iteration_component import (
    InlineIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.iteration_worker import IterationWorker

from constructs_lib.limits import STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY
from constructs_lib.local.states.patching import Patch

_eval_body = InlineIterationComponent._eval_body  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Cap the workers; iterate."""
    return [
        Patch(InlineIterationComponent, "_eval_body", _start_workers),
        Patch(IterationWorker, "_eval_pool", _work),
    ]


def _start_workers(self: Any, env: Any) -> None:
    request = copy.copy(env.stack.pop())
    wanted = request.max_concurrency or len(request.input_items)
    request.max_concurrency = max(1, min(wanted, len(request.input_items), STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY))
    env.stack.append(request)
    _eval_body(self, env)


def _work(self: Any, job: Any, worker_frame: Any) -> None:
    while job is not None:
        frame = worker_frame.open_inner_frame()
        try:
            self._eval_job(env=frame, job=job)
        except Exception as error:  # noqa: BLE001 the pool hands it to the Map state; else that would wait forever
            job.job_output = error
        worker_frame.close_frame(frame)
        is_last = isinstance(job.job_output, Exception) or self.stopped()
        next_job = None if is_last else self._job_pool.next_job()
        if next_job is None:
            # The frame is closed before the job: the Map state waits for jobs, and goes on from here.
            worker_frame.event_history_context.source_event_id = frame.event_history_context.last_published_event_id
            self._env.close_frame(worker_frame)
        self._job_pool.close_job(job)
        job = next_job
