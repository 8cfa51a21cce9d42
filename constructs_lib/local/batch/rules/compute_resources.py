"""What the compute resources of a managed environment may be, when it is made and when it is updated.

Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html and
https://docs.aws.amazon.com/batch/latest/userguide/updating-compute-environments.html; what it says of types is in
https://github.com/Netflix/metaflow/issues/70 and https://github.com/aws/aws-cdk/issues/31148
"""

from typing import Any

from constructs_lib.instance_types.catalog import SETS, allowed, families, known
from constructs_lib.instance_types.regions import lacking, offered
from constructs_lib.limits import MAX_FARGATE_SECURITY_GROUPS, MAX_FARGATE_SUBNETS
from constructs_lib.local.batch.errors import invalid, refuse
from constructs_lib.local.batch.resources import ComputeEnvironment

Resources = dict[str, Any]

_NOT_ON_FARGATE = (
    "minvCpus",
    "desiredvCpus",
    "allocationStrategy",
    "instanceTypes",
    "imageId",
    "ec2KeyPair",
    "instanceRole",
    "tags",
    "placementGroup",
    "bidPercentage",
    "spotIamFleetRole",
    "launchTemplate",
    "ec2Configuration",
)
_IN_PLACE = {"minvCpus", "maxvCpus", "desiredvCpus"}
"""Updates of scaling; all others are of the infrastructure, and need an allocation strategy that AWS can follow."""

_IN_PLACE_ON_FARGATE = {"maxvCpus", "subnets", "securityGroupIds", "type"}
_SPOT_STRATEGIES = ("SPOT_CAPACITY_OPTIMIZED", "SPOT_PRICE_CAPACITY_OPTIMIZED", "SPOT_CAPACITY_OPTIMIZED_PRIORITIZED")


def created(resources: Resources, region: str) -> Resources:
    """Check the compute resources of a new environment in a region; the same with AWS's defaults."""
    if resources["type"] == "ECS_MANAGED_INSTANCES":
        refuse("computeResources.type: ECS_MANAGED_INSTANCES is not emulated; EC2, SPOT, FARGATE, FARGATE_SPOT are")
    if resources["type"].startswith("FARGATE"):
        _check_fargate(resources)
        return resources
    if not resources.get("instanceRole"):
        invalid("Instance role is required.")
    defaults = {"minvCpus": 0, "instanceTypes": ["optimal"], "allocationStrategy": "BEST_FIT"}
    resources = {**defaults, **resources}
    resources.setdefault("desiredvCpus", resources["minvCpus"])
    _check_instances(resources, region)
    return resources


def updated(environment: ComputeEnvironment, changes: Resources, region: str) -> Resources:
    """Check an update of an environment in a region; its compute resources afterwards."""
    resources = {**environment.compute, **changes}
    if environment.fargate:
        refused = changes.keys() - _IN_PLACE_ON_FARGATE
        _check_fargate(resources)
        if refused:
            invalid(f"{min(refused)} is not applicable for Fargate.")
        return resources
    infrastructure = changes.keys() - _IN_PLACE
    if infrastructure and environment.compute["allocationStrategy"] == "BEST_FIT":
        refuse(
            f"Cannot update {', '.join(sorted(infrastructure))} of a compute environment with allocation strategy "
            "BEST_FIT. Use another strategy, and the service-linked role AWSServiceRoleForBatch.",
        )
    if changes.get("desiredvCpus", float("inf")) < environment.compute["desiredvCpus"]:
        refuse(
            "Manually scaling down compute environment is not supported. Disconnecting job queues from compute "
            "environment will cause it to scale-down to minvCpus.",
        )
    if "desiredvCpus" not in changes:
        bounds = (resources["minvCpus"], resources["maxvCpus"])
        resources["desiredvCpus"] = max(bounds[0], min(resources["desiredvCpus"], bounds[1]))
    _check_instances(resources, region)
    return resources


def _check_instances(resources: Resources, region: str) -> None:
    _check_types(resources["instanceTypes"], region)
    if ":role/" in resources["instanceRole"]:
        invalid("The ECS Instance Role should be an ECS Instance Profile ARN.")
    low, desired, high = resources["minvCpus"], resources["desiredvCpus"], resources["maxvCpus"]
    if low < 0:
        invalid(f"minvCpus must not be negative, got {low}")
    if low > high:
        invalid(f"minvCpus {low} must be less than or equal to maxvCpus {high}")
    if not low <= desired <= high:
        invalid(f"desiredvCpus must be between minvCpus and maxvCpus ({low} to {high}), got {desired}")
    spot, strategy = resources["type"] == "SPOT", resources["allocationStrategy"]
    if not spot and strategy in _SPOT_STRATEGIES:
        invalid(f"Allocation strategy {strategy} is not supported for On-Demand compute environments.")
    if spot and strategy == "BEST_FIT" and not resources.get("spotIamFleetRole"):
        invalid("spotIamFleetRole is required for SPOT type with BEST_FIT allocation strategy.")


def _check_types(names: list[str], region: str) -> None:
    """Refuse types that there are not, and two processors; a family that the catalog lacks may be newer than it."""
    wrong = [name for name in names if not known(name) and _family(name) in families()]
    for name in [*wrong, *lacking(names, region)]:
        there = offered(region)
        types = [shape.name for shape in families()[_family(name)] if there is None or shape.name in there]
        others = [family for family in families() if not lacking([family], region)]
        invalid(f"Instance type can only be one of [{', '.join([*types, *others, *SETS])}]")
    if len({shape.architecture for shape in allowed(tuple(names))}) > 1:
        invalid("arm-based instance type cannot be used with other instance types.")


def _family(name: str) -> str:
    return name.partition(".")[0]


def _check_fargate(resources: Resources) -> None:
    for name in _NOT_ON_FARGATE:
        if name in resources:
            invalid(f"{name} is not applicable for Fargate.")
    if not resources.get("securityGroupIds"):
        invalid("securityGroupIds are required for Fargate.")
    for name, most in (("securityGroupIds", MAX_FARGATE_SECURITY_GROUPS), ("subnets", MAX_FARGATE_SUBNETS)):
        if len(resources[name]) > most:
            invalid(f"Number of {name} must be at most {most} for Fargate, got {len(resources[name])}")
