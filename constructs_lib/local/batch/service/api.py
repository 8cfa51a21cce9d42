"""The operations of the Batch API, by name, over the engine and its registry.

What is not here answers with an error that says so; nothing is accepted and then ignored.
"""

from collections.abc import Callable
from typing import Any

from constructs_lib.local.batch.engine import Engine
from constructs_lib.local.batch.engine.deletion import sweep
from constructs_lib.local.batch.errors import refuse
from constructs_lib.local.batch.operations import (
    consumables,
    definitions,
    environments,
    jobs,
    listing,
    policies,
    queues,
    tags,
)
from constructs_lib.local.batch.rules.validation import checked

Request = dict[str, Any]
Response = dict[str, Any]

_OPERATIONS: dict[str, Callable[[Engine, Request], Response]] = {
    "CancelJob": jobs.cancel,
    "CancelJobs": jobs.cancel_all,
    "CreateComputeEnvironment": environments.create,
    "CreateConsumableResource": consumables.create,
    "CreateJobQueue": queues.create,
    "CreateSchedulingPolicy": policies.create,
    "DeleteComputeEnvironment": environments.delete,
    "DeleteConsumableResource": consumables.delete,
    "DeleteJobQueue": queues.delete,
    "DeleteSchedulingPolicy": policies.delete,
    "DeregisterJobDefinition": definitions.deregister,
    "DescribeComputeEnvironments": environments.describe,
    "DescribeConsumableResource": consumables.describe,
    "DescribeJobDefinitions": definitions.describe,
    "DescribeJobQueues": queues.describe,
    "DescribeJobs": jobs.describe,
    "DescribeSchedulingPolicies": policies.describe,
    "GetJobQueueSnapshot": listing.snapshot,
    "ListConsumableResources": consumables.list_all,
    "ListJobs": listing.list_jobs,
    "ListJobsByConsumableResource": consumables.list_jobs,
    "ListSchedulingPolicies": policies.list_all,
    "ListTagsForResource": tags.list_tags,
    "RegisterJobDefinition": definitions.register,
    "SubmitJob": jobs.submit,
    "TagResource": tags.tag,
    "TerminateJob": jobs.terminate,
    "TerminateJobs": jobs.terminate_all,
    "UntagResource": tags.untag,
    "UpdateComputeEnvironment": environments.update,
    "UpdateConsumableResource": consumables.update,
    "UpdateJobQueue": queues.update,
    "UpdateSchedulingPolicy": policies.update,
}


class BatchApi:
    """Answers requests in the form that boto3 sends and expects.

    Args:
        engine: what runs the jobs.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def call(self, operation: str, request: Request) -> Response:
        """Carry out an operation such as ``SubmitJob``; refusals are raised as `BatchError`."""
        handler = _OPERATIONS.get(operation)
        if handler is None:
            refuse(f"{operation} is not emulated; emulated are: {', '.join(_OPERATIONS)}")
        with self.engine.lock:
            sweep(self.engine)
            return handler(self.engine, checked(operation, request))
