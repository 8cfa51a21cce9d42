"""The operations of the Batch API, by name, over the engine and its registry.

What is not here answers with an error that says so; nothing is accepted and then ignored.
"""

from collections.abc import Callable
from typing import Any

from constructs_lib.limits import MAX_DESCRIBE_JOBS
from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.errors import refuse

Request = dict[str, Any]
Response = dict[str, Any]

PAGE = 100
"""ListJobs returns at most so many jobs at a time."""


class BatchApi:
    """Answers requests in the form that boto3 sends and expects.

    Args:
        engine: what runs the jobs.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._registry = engine.registry
        self._operations: dict[str, Callable[[Request], Response]] = {
            "CancelJob": self._cancel_job,
            "CreateComputeEnvironment": self._create_environment,
            "CreateJobQueue": self._create_queue,
            "DescribeComputeEnvironments": self._describe_environments,
            "DescribeJobDefinitions": self._describe_definitions,
            "DescribeJobQueues": self._describe_queues,
            "DescribeJobs": self._describe_jobs,
            "ListJobs": self._list_jobs,
            "RegisterJobDefinition": self._register_definition,
            "SubmitJob": engine.submit_job,
            "TerminateJob": self._terminate_job,
        }

    def call(self, operation: str, request: Request) -> Response:
        """Carry out an operation such as ``SubmitJob``; refusals are raised as `BatchError`."""
        handler = self._operations.get(operation)
        if handler is None:
            refuse(f"{operation} is not emulated; emulated are: {', '.join(self._operations)}")
        return handler(request)

    def _create_environment(self, request: Request) -> Response:
        made = self._registry.create_environment(request)
        return {"computeEnvironmentName": made.name, "computeEnvironmentArn": made.arn}

    def _create_queue(self, request: Request) -> Response:
        made = self._registry.create_queue(request)
        return {"jobQueueName": made.name, "jobQueueArn": made.arn}

    def _register_definition(self, request: Request) -> Response:
        made = self._registry.register_definition(request)
        return {"jobDefinitionName": made.name, "jobDefinitionArn": made.arn, "revision": made.revision}

    def _describe_environments(self, request: Request) -> Response:
        wanted = request.get("computeEnvironments")
        found = [item for item in self._registry.environments.values() if _wanted(wanted, item.name, item.arn)]
        return {"computeEnvironments": [item.description for item in found]}

    def _describe_queues(self, request: Request) -> Response:
        wanted = request.get("jobQueues")
        found = [item for item in self._registry.queues.values() if _wanted(wanted, item.name, item.arn)]
        return {"jobQueues": [item.description for item in found]}

    def _describe_definitions(self, request: Request) -> Response:
        wanted = request.get("jobDefinitions") or ([request["jobDefinitionName"]] * ("jobDefinitionName" in request))
        revisions = [item for items in self._registry.definitions.values() for item in items]
        found = [
            item.description
            for item in revisions
            if _wanted(wanted, item.name, f"{item.name}:{item.revision}", item.arn)
            and request.get("status") in (None, item.description["status"])
        ]
        return {"jobDefinitions": found}

    def _describe_jobs(self, request: Request) -> Response:
        ids = request["jobs"]
        if len(ids) > MAX_DESCRIBE_JOBS:
            refuse(f"jobs: at most {MAX_DESCRIBE_JOBS} job ids per call, got {len(ids)}")
        found = (self._engine.describe_job(job_id) for job_id in ids)
        return {"jobs": [job for job in found if job]}

    def _list_jobs(self, request: Request) -> Response:
        queue, array = request.get("jobQueue"), request.get("arrayJobId")
        if (queue is None) == (array is None):
            refuse("exactly one of jobQueue, arrayJobId and multiNodeJobId is needed; multi-node jobs are not emulated")
        arn = self._registry.queue(queue).arn if queue else None
        jobs = self._engine.list_jobs(queue=arn, array_job_id=array)
        # AWS lists RUNNING jobs when no status is given.
        status = request.get("jobStatus", "RUNNING")
        jobs = [job for job in jobs if job["status"] == status]
        return _page(jobs, request)

    def _terminate_job(self, request: Request) -> Response:
        self._engine.terminate_job(request["jobId"], request["reason"])
        return {}

    def _cancel_job(self, request: Request) -> Response:
        self._engine.cancel_job(request["jobId"], request["reason"])
        return {}


def _wanted(wanted: list[str] | None, *names: str) -> bool:
    return not wanted or any(name in wanted for name in names)


def _page(jobs: list[Response], request: Request) -> Response:
    size = min(request.get("maxResults", PAGE), PAGE)
    start = int(request.get("nextToken", 0))
    page: Response = {"jobSummaryList": jobs[start : start + size]}
    return page | {"nextToken": str(start + size)} if start + size < len(jobs) else page
