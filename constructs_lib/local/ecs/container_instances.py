"""Gap: the instances of compute environments, which Amazon ECS knows as container instances of their clusters.

Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html
"""

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import EcsClientException
from moto.ecs.responses import EC2ContainerServiceResponse

from constructs_lib.instance_types.catalog import catalog
from constructs_lib.local.account import Location
from constructs_lib.local.patching import Patch

InstanceType = Callable[[Location, str], str | None]
"""The type of an instance that AWS Batch has started in an account and region, by its id."""

_ID_DIGITS = 17


def patches(instance_type: InstanceType) -> list[Patch]:
    """Let moto's API know them.

    Args:
        instance_type: asks AWS Batch.
    """

    def describe_container_instances(self: Any) -> ActionResult:
        backend = self.ecs_backend
        cluster = backend._get_cluster(self._get_param("cluster", "default"))  # noqa: SLF001 moto has no other way
        wanted = self._get_param("containerInstances") or []
        if not wanted:
            raise EcsClientException("Container Instances cannot be empty.")
        registered = backend.container_instances.get(cluster.name, {})
        location = Location(backend.account_id, backend.region_name)
        found: list[Any] = []
        failures: list[Any] = []
        for reference in wanted:
            instance = reference.rpartition("/")[2]
            arn = f"{cluster.arn.replace(':cluster/', ':container-instance/')}/{instance}"
            if instance in registered:
                found.append(registered[instance])
            elif kind := instance_type(location, instance):
                found.append(_described(arn, instance, kind))
            else:
                failures.append({"arn": arn, "reason": "MISSING"})
        return ActionResult({"containerInstances": found, "failures": failures})

    return [Patch(EC2ContainerServiceResponse, "describe_container_instances", describe_container_instances)]


def _described(arn: str, instance: str, kind: str) -> dict[str, Any]:
    architecture = catalog()[kind].architecture
    return {
        "containerInstanceArn": arn,
        "ec2InstanceId": f"i-{instance[:_ID_DIGITS]}",
        "status": "ACTIVE",
        "agentConnected": True,
        # moto makes AWS's list of names and values of it.
        "attributes": {
            "ecs.instance-type": kind,
            "ecs.os-type": "linux",
            "ecs.cpu-architecture": architecture,
        },
    }
