"""The resources of an account: made and found by name or ARN. What AWS allows is decided by the operations."""

import uuid
from collections import defaultdict
from typing import Any, Protocol, TypeVar

from constructs_lib.local.account import Location
from constructs_lib.local.batch.errors import refuse
from constructs_lib.local.batch.resources import (
    ComputeEnvironment,
    ConsumableResource,
    JobDefinition,
    JobQueue,
    Resource,
    SchedulingPolicy,
)
from constructs_lib.local.batch.roles import Roles, problem

Request = dict[str, Any]
Kind = TypeVar("Kind", bound=Resource)


class Clusters(Protocol):
    """Amazon ECS, where a compute environment has its cluster."""

    def create(self, location: Location, name: str) -> None:
        """Make a cluster in an account and region."""
        ...

    def delete(self, location: Location, name: str) -> None:
        """Remove one."""
        ...


class Identities(Protocol):
    """AWS IAM of all accounts."""

    def at(self, location: Location) -> Roles:
        """The identities that compute environments name in an account and region."""
        ...


class Registry:
    """Everything of AWS Batch but jobs in one account and region.

    Args:
        location: the account and the region.
        roles: the identities of the account. Default: nobody asks whether there are those that environments name.
        clusters: where environments have their clusters. Default: nowhere.
    """

    def __init__(self, location: Location, roles: Roles | None = None, clusters: Clusters | None = None) -> None:
        self.location = location
        self._clusters = clusters
        self._roles = roles
        self._prefix = location.arn("batch", "").removesuffix(":")
        self.environments: dict[str, ComputeEnvironment] = {}
        self.queues: dict[str, JobQueue] = {}
        self.definitions: dict[str, list[JobDefinition]] = defaultdict(list)
        self.policies: dict[str, SchedulingPolicy] = {}
        self.consumables: dict[str, ConsumableResource] = {}

    def arn(self, kind: str, name: str) -> str:
        """Make the ARN of a resource of this account and region."""
        return f"{self._prefix}:{kind}/{name}"

    def create_environment(self, request: Request) -> ComputeEnvironment:
        """Make a compute environment; whether it is valid is known at once."""
        name = request["computeEnvironmentName"]
        arn = self.arn("compute-environment", name)
        unique = uuid.uuid4()
        cluster = f"{name}_Batch_{unique}"
        iam = f"arn:{self.location.partition}:iam::{self.location.account}"
        service_role = f"{iam}:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch"
        description = {
            "state": "ENABLED",
            "containerOrchestrationType": "ECS",
            "serviceRole": service_role,
            "tags": {},
            **request,
            "computeEnvironmentArn": arn,
            "ecsClusterArn": self.location.arn("ecs", f"cluster/{cluster}"),
            "uuid": str(unique),
        }
        made = _add(self.environments, ComputeEnvironment(name, arn, description))
        self.judge(made)
        if self._clusters:
            self._clusters.create(self.location, cluster)
        return made

    def remove_environment(self, arn: str) -> None:
        """Remove a compute environment, and its cluster."""
        removed = self.environments.pop(arn)
        if self._clusters:
            self._clusters.delete(self.location, removed.description["ecsClusterArn"].rpartition("/")[2])

    def judge(self, environment: ComputeEnvironment) -> None:
        """Say whether a new or changed environment is valid, and why it is not."""
        found = problem(environment.description, self._roles) if self._roles else None
        environment.description |= {
            "status": "INVALID" if found else "VALID",
            "statusReason": found or "ComputeEnvironment Healthy",
        }

    def create_queue(self, request: Request) -> JobQueue:
        """Make a job queue over compute environments that exist."""
        name = request["jobQueueName"]
        arn = self.arn("job-queue", name)
        description = {
            "state": "ENABLED",
            "tags": {},
            "jobStateTimeLimitActions": [],
            **request,
            "computeEnvironmentOrder": self.environment_order(request.get("computeEnvironmentOrder", [])),
            "jobQueueArn": arn,
            "status": "VALID",
            "statusReason": "JobQueue Healthy",
        }
        return _add(self.queues, JobQueue(name, arn, description))

    def environment_order(self, order: list[Request]) -> list[Request]:
        """Resolve the names in a queue's order of environments to ARNs."""
        return [
            {"order": entry["order"], "computeEnvironment": self.environment(entry["computeEnvironment"]).arn}
            for entry in order
        ]

    def register_definition(self, request: Request) -> JobDefinition:
        """Register the next revision of a job definition."""
        name = request["jobDefinitionName"]
        revisions = self.definitions[name]
        revision = revisions[-1].revision + 1 if revisions else 1
        arn = self.arn("job-definition", f"{name}:{revision}")
        description = {
            "tags": {},
            **request,
            "containerOrchestrationType": "ECS",
            "jobDefinitionArn": arn,
            "revision": revision,
            "status": "ACTIVE",
        }
        revisions.append(JobDefinition(name, arn, description, revision))
        return revisions[-1]

    def create_policy(self, request: Request) -> SchedulingPolicy:
        """Make a scheduling policy."""
        name = request["name"]
        arn = self.arn("scheduling-policy", name)
        return _add(self.policies, SchedulingPolicy(name, arn, {"tags": {}, **request, "arn": arn}))

    def create_consumable(self, request: Request, now: float) -> ConsumableResource:
        """Make a consumable resource."""
        name = request["consumableResourceName"]
        arn = self.arn("consumable-resource", name)
        defaults = {"tags": {}, "totalQuantity": 0, "resourceType": "REPLENISHABLE"}
        description = {**defaults, **request, "consumableResourceArn": arn}
        return _add(self.consumables, ConsumableResource(name, arn, description, now))

    def environment(self, name_or_arn: str) -> ComputeEnvironment:
        """Find a compute environment, or refuse the call."""
        return self._found(self.environments, "compute-environment", name_or_arn)

    def queue(self, name_or_arn: str) -> JobQueue:
        """Find a job queue, or refuse the call."""
        return self._found(self.queues, "job-queue", name_or_arn)

    def policy(self, name_or_arn: str) -> SchedulingPolicy:
        """Find a scheduling policy, or refuse the call."""
        return self._found(self.policies, "scheduling-policy", name_or_arn)

    def consumable(self, name_or_arn: str) -> ConsumableResource:
        """Find a consumable resource, or refuse the call."""
        return self._found(self.consumables, "consumable-resource", name_or_arn)

    def _found(self, resources: dict[str, Kind], kind: str, name_or_arn: str) -> Kind:
        arn = name_or_arn if name_or_arn.startswith("arn:") else self.arn(kind, name_or_arn)
        return resources.get(arn) or refuse(f"{arn} does not exist")

    def revisions(self, reference: str) -> list[JobDefinition]:
        """Find the active definitions for ``name``, ``name:revision`` or an ARN, oldest first."""
        name, _, revision = reference.rsplit("/", 1)[-1].partition(":")
        revisions = [item for item in self.definitions.get(name, []) if item.active]
        return [item for item in revisions if str(item.revision) == revision] if revision else revisions

    def definition(self, reference: str) -> JobDefinition:
        """Find the definition for ``name``, ``name:revision`` or an ARN; a bare name means the latest active one."""
        revisions = self.revisions(reference)
        if not revisions:
            refuse(f"JobDefinition name {reference} does not exist or is not in ACTIVE status")
        return revisions[-1]


class Registries:
    """The registries of all accounts and regions; each is made when it is first asked for.

    Args:
        identities: those of all accounts. Default: nobody asks for them.
        clusters: where environments have their clusters. Default: nowhere.
    """

    def __init__(self, identities: Identities | None = None, clusters: Clusters | None = None) -> None:
        self._identities = identities
        self._clusters = clusters
        self._made: dict[Location, Registry] = {}

    def at(self, location: Location) -> Registry:
        """The registry of an account and region."""
        found = self._made.get(location)
        if found is None:
            roles = self._identities.at(location) if self._identities else None
            made = Registry(location, roles, self._clusters)
            found = self._made.setdefault(location, made)
        return found

    def environment(self, arn: str) -> ComputeEnvironment | None:
        """Find a compute environment wherever it is, by its ARN; None when there is none."""
        return self.at(Location.of(arn)).environments.get(arn)


def _add(resources: dict[str, Kind], made: Kind) -> Kind:
    if made.arn in resources:
        refuse("Object already exists")
    return resources.setdefault(made.arn, made)
