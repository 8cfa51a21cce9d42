"""The jobs of an account, by the Batch API."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.limits import MAX_DESCRIBE_JOBS
from constructs_lib.local.account import Clients

STATUSES = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED")
FINAL = {"SUCCEEDED", "FAILED"}

Job = dict[str, Any]


class Jobs:
    """The jobs of an account.

    Args:
        clients: makes boto3 clients.
    """

    def __init__(self, clients: Clients) -> None:
        self._batch = clients("batch")
        self._cloudformation = clients("cloudformation")

    def queues(self) -> list[str]:
        """The ARNs of all job queues."""
        pages = self._batch.get_paginator("describe_job_queues").paginate()
        return [queue["jobQueueArn"] for page in pages for queue in page["jobQueues"]]

    def queues_of(self, stack: str) -> list[str]:
        """The ARNs of a stack's job queues; empty for an unknown stack, too."""
        try:
            pages = list(self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack))
        except ClientError:
            return []
        resources = [item for page in pages for item in page["StackResourceSummaries"]]
        return [item["PhysicalResourceId"] for item in resources if item["ResourceType"] == "AWS::Batch::JobQueue"]

    def since(self, queues: list[str], milliseconds: int = 0) -> list[Job]:
        """The jobs of queues that were submitted after a time, array jobs once, the oldest first."""
        after = [{"name": "AFTER_CREATED_AT", "values": [str(milliseconds)]}]
        found = [job for queue in queues for job in self._list(jobQueue=queue, filters=after)]
        return sorted(found, key=lambda job: int(job["createdAt"]))

    def leaves(self, job: Job) -> list[Job]:
        """The children of an array job, or the nodes of a multi-node job, by index; another job itself."""
        if "numNodes" in job.get("nodeProperties", {}):
            nodes = [node for status in STATUSES for node in self._list(multiNodeJobId=job["jobId"], jobStatus=status)]
            return sorted(nodes, key=lambda node: int(node["nodeProperties"]["nodeIndex"]))
        if "size" not in job.get("arrayProperties", {}):
            return [job]
        found = [child for status in STATUSES for child in self._list(arrayJobId=job["jobId"], jobStatus=status)]
        return sorted(found, key=lambda child: int(child["arrayProperties"]["index"]))

    def describe(self, ids: list[str]) -> list[Job]:
        """The whole descriptions of jobs, in the order of their ids; those that do not exist are left out."""
        chunks = (ids[first : first + MAX_DESCRIBE_JOBS] for first in range(0, len(ids), MAX_DESCRIBE_JOBS))
        found = {job["jobId"]: job for chunk in chunks for job in self._batch.describe_jobs(jobs=chunk)["jobs"]}
        return [found[item] for item in ids if item in found]

    def _list(self, **request: Any) -> Iterator[Job]:
        for page in self._batch.get_paginator("list_jobs").paginate(**request):
            yield from page["jobSummaryList"]
