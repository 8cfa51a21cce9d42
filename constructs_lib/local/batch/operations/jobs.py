"""Jobs: submitted, described, listed, cancelled and terminated.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html and its neighbours.
"""

from collections.abc import Callable
from typing import Any

from constructs_lib.limits import MAX_DESCRIBE_JOBS, MAX_JOBS_PER_BULK_CALL, MAX_REASON_CHARACTERS
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.errors import invalid

Request = dict[str, Any]
Response = dict[str, Any]


def submit(engine: Engine, request: Request) -> Response:
    """SubmitJob."""
    return engine.submit(request)


def describe(engine: Engine, request: Request) -> Response:
    """DescribeJobs: those that exist, in the order asked for."""
    ids = request["jobs"]
    if len(ids) > MAX_DESCRIBE_JOBS:
        invalid(f"Maximum number of jobs supported is  {MAX_DESCRIBE_JOBS} .")
    found = (engine.describe_job(_job_id(job_id)) for job_id in ids)
    return {"jobs": [job for job in found if job]}


def cancel(engine: Engine, request: Request) -> Response:
    """CancelJob: ends it unless it already started; then it goes on, and the call succeeds all the same."""
    engine.cancel_job(_job_id(request["jobId"]), _reason(request))
    return {}


def terminate(engine: Engine, request: Request) -> Response:
    """TerminateJob: ends it whatever its state."""
    engine.terminate_job(_job_id(request["jobId"]), _reason(request))
    return {}


def cancel_all(engine: Engine, request: Request) -> Response:
    """CancelJobs."""
    return _each(engine, engine.cancel_job, request)


def terminate_all(engine: Engine, request: Request) -> Response:
    """TerminateJobs."""
    return _each(engine, engine.terminate_job, request)


def _each(engine: Engine, act: Callable[[str, str], None], request: Request) -> Response:
    ids, reason = request["jobs"], _reason(request)
    if len(ids) > MAX_JOBS_PER_BULK_CALL:
        invalid(f"Maximum number of jobs supported is {MAX_JOBS_PER_BULK_CALL}, got {len(ids)}")
    for job_id in ids:
        if engine.knows(_job_id(job_id)):  # for AWS, what cannot be found is done already
            act(_job_id(job_id), reason)
    return {"successful": ids, "errors": []}


def _reason(request: Request) -> str:
    reason: str = request["reason"]
    if len(reason) > MAX_REASON_CHARACTERS:
        invalid(f"reason must be at most {MAX_REASON_CHARACTERS} characters, got {len(reason)}")
    return reason


def _job_id(job_id: str) -> str:
    return job_id.rpartition("/")[2]
