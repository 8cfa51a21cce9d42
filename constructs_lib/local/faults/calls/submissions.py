"""Refused submissions of state machines, which call the job service directly."""

import threading
from typing import Any

from constructs_lib.local.batch.errors import BatchError
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.faults.kinds.call_faults import SUBMIT_ERRORS, ThrottleSubmit
from constructs_lib.local.faults.plans.occasions import SubmitJobCall
from constructs_lib.local.faults.plans.plan import CurrentPlan
from constructs_lib.local.states.jobs import JobService

SERVICE = "Batch."
"""Begins the names of errors of AWS Batch in Step Functions."""


class FaultyJobs:
    """A job service in front of another one.

    Args:
        plan: tells which submissions are refused at the moment.
        others: does everything else.
        clock: tells when it was.
    """

    def __init__(self, plan: CurrentPlan, others: JobService, clock: Clock) -> None:
        self._plan = plan
        self._others = others
        self._clock = clock

    def submit_job(self, request: dict[str, Any]) -> dict[str, Any]:
        """SubmitJob, or the refusal that the plan has for it under the name that it asks for."""
        call = SubmitJobCall(str(request.get("jobName", "")))
        plan = self._plan()
        fault = plan.for_call(ThrottleSubmit, call, self._clock.now()) if plan else None
        if fault:
            _, message, status = SUBMIT_ERRORS[fault.error]
            raise BatchError(fault.error.removeprefix(SERVICE), message, status)
        return self._others.submit_job(request)

    def wait_for_job(self, job_id: str, *, interruption: threading.Event) -> dict[str, Any] | None:
        """Wait for the end of a job."""
        return self._others.wait_for_job(job_id, interruption=interruption)

    def terminate_job(self, job_id: str, reason: str) -> None:
        """End a job."""
        self._others.terminate_job(job_id, reason)
