"""AWS::ECS: clusters, what they get their capacity from, task definitions and services. Tasks of services do not run.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ECS.html
"""

from inspect import signature
from typing import Any, ClassVar

from botocore import xform_name
from moto.core.utils import get_service_model
from moto.ecs.models import ecs_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.requests import fitted
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler

_NO_SCALING = {
    "Status": "DISABLED",
    "TargetCapacity": 100,
    "MinimumScalingStepSize": 1,
    "MaximumScalingStepSize": 10000,
    "InstanceWarmupPeriod": 300,
}
_NO_PROTECTION = {"ManagedTerminationProtection": "DISABLED", "ManagedDraining": "ENABLED"}
_NO_INSIGHTS = [{"Name": "containerInsights", "Value": "disabled"}]


class _Ecs(ResourceHandler):
    service = "ecs"

    def tag(self, desired: Desired, arn: str, change: Change) -> None:
        """Give a resource the tags that its properties have."""
        changed, gone = change.tags()
        if changed:
            tags = [{"key": key, "value": value} for key, value in changed.items()]
            self.call(desired, "TagResource", resourceArn=arn, tags=tags)
        if gone:
            self.call(desired, "UntagResource", resourceArn=arn, tagKeys=gone)


class _Cluster(_Ecs):
    attributes: ClassVar = {"Arn": lambda cluster: cluster["clusterArn"]}

    def make(self, desired: Desired) -> Made:
        properties, name = desired.properties, desired.properties.get("ClusterName", desired.name)
        given = {**properties, "Settings": properties.get("ClusterSettings"), "ClusterName": name}
        return Made(name, self.call(desired, "CreateCluster", given)["cluster"])

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if change.is_new:
            return  # it was made with all that it has
        after = change.after
        self.tag(desired, made.model["clusterArn"], change)
        if change.touches("ClusterSettings", "Configuration", "ServiceConnectDefaults"):
            given = {**after, "Settings": after.get("ClusterSettings", _NO_INSIGHTS)}
            given.setdefault("Configuration", {})
            self.call(desired, "UpdateCluster", given, cluster=made.physical_id)
        if change.touches("CapacityProviders", "DefaultCapacityProviderStrategy"):
            _provide(self, desired, made.physical_id, after)

    def remove(self, made: Made, desired: Desired) -> None:
        services = _backend(desired).services.values()
        if any(item.cluster_name == made.physical_id and item.status == "ACTIVE" for item in services):
            message = "The Cluster cannot be deleted while Services are active."
            raise HandlerError(message)
        self.call(desired, "DeleteCluster", cluster=made.physical_id)


class _CapacityProvider(_Ecs):
    def make(self, desired: Desired) -> Made:
        properties, name = desired.properties, desired.properties.get("Name", desired.name)
        if "AutoScalingGroupProvider" not in properties:
            message = "Capacity providers of managed instances are not emulated: give AutoScalingGroupProvider"
            raise HandlerError(message)
        made = self.call(desired, "CreateCapacityProvider", {**properties, "Name": name})
        return Made(name, made["capacityProvider"])

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if change.is_new:
            return
        self.tag(desired, made.model["capacityProviderArn"], change)
        if change.touches("AutoScalingGroupProvider"):
            # What is left out keeps its value in the API, and gets its default here.
            provider = change.after["AutoScalingGroupProvider"]
            scaling = {**_NO_SCALING, **provider.get("ManagedScaling", {})}
            given = {**_NO_PROTECTION, **provider, "ManagedScaling": scaling}
            self.call(desired, "UpdateCapacityProvider", {"AutoScalingGroupProvider": given}, name=made.physical_id)

    def remove(self, made: Made, desired: Desired) -> None:
        if made.physical_id in _backend(desired).capacity_providers:
            self.call(desired, "DeleteCapacityProvider", capacityProvider=made.physical_id)


class _Associations(_Ecs):
    """The capacity providers of a cluster."""

    def make(self, desired: Desired) -> Made:
        _provide(self, desired, desired.properties["Cluster"], desired.properties)
        return Made(desired.properties["Cluster"])

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if not change.is_new:
            _provide(self, desired, made.physical_id, change.after)

    def remove(self, made: Made, desired: Desired) -> None:
        _provide(self, desired, made.physical_id, {})


class _TaskDefinition(ResourceHandler):
    """A revision; made by moto's backend, whose API refuses a container with a memory reservation alone."""

    attributes: ClassVar = {"TaskDefinitionArn": lambda definition: definition.arn}

    def make(self, desired: Desired) -> Made:
        backend = _backend(desired)
        accepted = signature(backend.register_task_definition).parameters
        model = get_service_model("ecs").operation_model("RegisterTaskDefinition").input_shape
        request = {xform_name(key): value for key, value in fitted(model, desired.properties).items()}
        request.setdefault("family", desired.name)
        request.setdefault("container_definitions", [])
        reserving = [item for item in request["container_definitions"] if "memory" not in item]
        for container in reserving:
            if reserved := container.get("memoryReservation"):
                container["memory"] = reserved
        definition = backend.register_task_definition(
            **{key: value for key, value in request.items() if key in accepted}
        )
        names = {item["name"] for item in reserving}
        for container in definition.container_definitions:
            if container["name"] in names:
                container.pop("memory", None)
        return Made(definition.arn, definition)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if not change.is_new:
            changed, gone = change.tags()
            _backend(desired).tag_resource(made.physical_id, changed)
            _backend(desired).untag_resource(made.physical_id, gone)

    def remove(self, made: Made, desired: Desired) -> None:
        _backend(desired).deregister_task_definition(made.physical_id)


class _Service(_Ecs):
    """Its tasks do not run: it is active, and has as many as it wants."""

    attributes: ClassVar = {
        "Name": lambda service: service["serviceName"],
        "ServiceArn": lambda service: service["serviceArn"],
    }

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        given = {
            "DesiredCount": 0 if properties.get("SchedulingStrategy") == "DAEMON" else 1,
            "ServiceName": desired.name,
            **properties,
            **_network(properties),
        }
        made = self.call(desired, "CreateService", given)["service"]
        return Made(made["serviceArn"], made)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if change.is_new:
            return
        self.tag(desired, made.physical_id, change)
        defaults = {"DesiredCount": 1, "LoadBalancers": [], "ServiceRegistries": []}
        changed = {name: change.after.get(name, defaults.get(name)) for name in {**change.before, **change.after}}
        given = {name: value for name, value in changed.items() if change.touches(name) and name != "Tags"}
        if "NetworkConfiguration" in given:
            given |= _network(change.after)
        if given:
            cluster = desired.properties.get("Cluster")
            self.call(desired, "UpdateService", given, cluster=cluster, service=made.physical_id)

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        return Change(before.properties, desired.properties).touches("LaunchType") or None

    def remove(self, made: Made, desired: Desired) -> None:
        cluster = desired.properties.get("Cluster")
        self.call(desired, "DeleteService", cluster=cluster, service=made.physical_id, force=True)


def _network(properties: Properties) -> Properties:
    """The network of tasks, with the list of groups that templates may leave out and moto may not."""
    network = (properties.get("NetworkConfiguration") or {}).get("AwsvpcConfiguration")
    if not network:
        return {}
    return {"NetworkConfiguration": {"AwsvpcConfiguration": {"SecurityGroups": [], **network}}}


def _backend(desired: Desired) -> Any:
    return ecs_backends[desired.services.account][desired.services.region]


def _provide(handler: _Ecs, desired: Desired, cluster: str, properties: Properties) -> None:
    given = {
        "CapacityProviders": properties.get("CapacityProviders") or [],
        "DefaultCapacityProviderStrategy": properties.get("DefaultCapacityProviderStrategy") or [],
    }
    handler.call(desired, "PutClusterCapacityProviders", given, cluster=cluster)


HANDLERS: dict[str, Handler] = {
    "AWS::ECS::CapacityProvider": _CapacityProvider(),
    "AWS::ECS::Cluster": _Cluster(),
    "AWS::ECS::ClusterCapacityProviderAssociations": _Associations(),
    "AWS::ECS::Service": _Service(),
    "AWS::ECS::TaskDefinition": _TaskDefinition(),
}
