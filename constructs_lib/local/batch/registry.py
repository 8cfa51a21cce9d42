"""The resources of an account: made, found by name or ARN, described and deleted."""

from collections import defaultdict
from typing import Any

from constructs_lib.limits import MAX_ENVIRONMENTS_PER_QUEUE
from constructs_lib.local.batch.errors import refuse
from constructs_lib.local.batch.resources import ComputeEnvironment, JobDefinition, JobQueue

Request = dict[str, Any]


class Registry:
    """Compute environments, job queues and job definitions of one account and region.

    Args:
        account: the account's number.
        region: the region's name.
    """

    def __init__(self, account: str, region: str) -> None:
        self._prefix = f"arn:aws:batch:{region}:{account}"
        self.environments: dict[str, ComputeEnvironment] = {}
        self.queues: dict[str, JobQueue] = {}
        self.definitions: dict[str, list[JobDefinition]] = defaultdict(list)

    def arn(self, kind: str, name: str) -> str:
        """Make the ARN of a resource of this account and region."""
        return f"{self._prefix}:{kind}/{name}"

    def create_environment(self, request: Request) -> ComputeEnvironment:
        """Make a compute environment; it is valid at once."""
        name = request["computeEnvironmentName"]
        arn = self.arn("compute-environment", name)
        if arn in self.environments:
            refuse(f"Object already exists: {name}")
        description = {
            "state": "ENABLED",
            "containerOrchestrationType": "ECS",
            **request,
            "computeEnvironmentArn": arn,
            "status": "VALID",
            "statusReason": "ComputeEnvironment Healthy",
        }
        self.environments[arn] = ComputeEnvironment(name, arn, description)
        return self.environments[arn]

    def create_queue(self, request: Request) -> JobQueue:
        """Make a job queue over compute environments that exist."""
        name = request["jobQueueName"]
        arn = self.arn("job-queue", name)
        if arn in self.queues:
            refuse(f"Object already exists: {name}")
        order = self._environment_order(request.get("computeEnvironmentOrder", []))
        description = {
            "state": "ENABLED",
            **request,
            "computeEnvironmentOrder": order,
            "jobQueueArn": arn,
            "status": "VALID",
            "statusReason": "JobQueue Healthy",
        }
        self.queues[arn] = JobQueue(name, arn, description)
        return self.queues[arn]

    def _environment_order(self, order: list[Request]) -> list[Request]:
        if len(order) > MAX_ENVIRONMENTS_PER_QUEUE:
            refuse(f"computeEnvironmentOrder: at most {MAX_ENVIRONMENTS_PER_QUEUE} compute environments per queue")
        return [
            {"order": entry["order"], "computeEnvironment": self.environment(entry["computeEnvironment"]).arn}
            for entry in order
        ]

    def register_definition(self, request: Request) -> JobDefinition:
        """Register the next revision of a job definition."""
        name = request["jobDefinitionName"]
        revisions = self.definitions[name]
        revision = len(revisions) + 1
        arn = self.arn("job-definition", f"{name}:{revision}")
        description = {
            **request,
            "jobDefinitionArn": arn,
            "revision": revision,
            "status": "ACTIVE",
        }
        revisions.append(JobDefinition(name, revision, arn, description))
        return revisions[-1]

    def environment(self, name_or_arn: str) -> ComputeEnvironment:
        """Find a compute environment, or refuse the call."""
        arn = name_or_arn if name_or_arn.startswith("arn:") else self.arn("compute-environment", name_or_arn)
        return self.environments.get(arn) or refuse(f"Compute environment {name_or_arn} does not exist")

    def queue(self, name_or_arn: str) -> JobQueue:
        """Find a job queue, or refuse the call."""
        arn = name_or_arn if name_or_arn.startswith("arn:") else self.arn("job-queue", name_or_arn)
        return self.queues.get(arn) or refuse(f"Job queue {name_or_arn} does not exist")

    def definition(self, reference: str) -> JobDefinition:
        """Find the definition for ``name``, ``name:revision`` or an ARN; a bare name means the latest active one."""
        name, _, revision = reference.rsplit("/", 1)[-1].partition(":")
        revisions = [item for item in self.definitions.get(name, []) if item.active]
        if revision:
            revisions = [item for item in revisions if str(item.revision) == revision]
        if not revisions:
            refuse(f"JobDefinition {reference} does not exist or is not active")
        return revisions[-1]
