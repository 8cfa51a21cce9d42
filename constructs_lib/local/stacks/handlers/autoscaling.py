"""AWS::AutoScaling: groups of machines that nothing runs on, and what scales them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_AutoScaling.html
"""

from base64 import b64decode
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from moto.autoscaling.models import autoscaling_backends

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.ec2.launch_templates import launchable, volumes
from constructs_lib.local.stacks.handlers.ec2.resource import ec2
from constructs_lib.local.stacks.handlers.ec2.subnets import zone_name

_SOURCES = ("LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy")


class _AutoScaling(ResourceHandler):
    service = "autoscaling"


class _Group(_AutoScaling):
    attributes: ClassVar = {"AutoScalingGroupARN": lambda group: group.arn}

    def make(self, desired: Desired) -> Made:
        name = desired.properties.get("AutoScalingGroupName", desired.name)
        with _launchable(desired):
            self.call(desired, "CreateAutoScalingGroup", _request(desired), AutoScalingGroupName=name)
        made = Made(name, _backend(desired).autoscaling_groups[name])
        for hook in desired.properties.get("LifecycleHookSpecificationList") or []:
            self.call(desired, "PutLifecycleHook", hook, AutoScalingGroupName=name)
        return made

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        name, group, after = made.physical_id, made.model, change.after
        metrics = [metric for item in after.get("MetricsCollection") or [] for metric in item.get("Metrics") or []]
        group.metrics = metrics
        if change.is_new:
            return
        self._tag(name, desired, change)
        # What moto's update does not know, or leaves as it is where a property was taken away.
        group.default_cooldown = int(after.get("Cooldown") or 300)
        group.termination_policies = list(after.get("TerminationPolicies") or ["Default"])
        group.capacity_rebalance = boolean(after.get("CapacityRebalance", False))
        group.placement_group = after.get("PlacementGroup")
        defaults = {"HealthCheckGracePeriod": 300, "HealthCheckType": "EC2", "NewInstancesProtectedFromScaleIn": False}
        if change.touches(*_SOURCES):
            group.launch_config = group.ec2_launch_template = None
        sources = {source: after[source] for source in _SOURCES if source in after}
        rest = {key: value for key, value in _request(desired).items() if key not in ("Tags", *_SOURCES)}
        with _launchable(desired):
            self.call(desired, "UpdateAutoScalingGroup", {**defaults, **rest, **sources}, AutoScalingGroupName=name)
        added, removed = change.items("TargetGroupARNs")
        if added:
            self.call(desired, "AttachLoadBalancerTargetGroups", AutoScalingGroupName=name, TargetGroupARNs=added)
        if removed:
            self.call(desired, "DetachLoadBalancerTargetGroups", AutoScalingGroupName=name, TargetGroupARNs=removed)

    def remove(self, made: Made, desired: Desired) -> None:
        """Delete it with all its machines, also those that are protected, which moto would leave running."""
        if made.physical_id not in _backend(desired).autoscaling_groups:
            raise HandlerError(f"AutoScalingGroup '{made.physical_id}' not found", "NotFound")
        for machine in made.model.instance_states:
            machine.protected_from_scale_in = False
        self.call(desired, "DeleteAutoScalingGroup", AutoScalingGroupName=made.physical_id, ForceDelete=True)

    def _tag(self, name: str, desired: Desired, change: Change) -> None:
        owner = {"ResourceId": name, "ResourceType": "auto-scaling-group"}
        added, removed = change.items("Tags")
        kept = {tag["Key"] for tag in change.after.get("Tags") or []}
        gone = [{**tag, **owner} for tag in removed if tag["Key"] not in kept]
        if added:
            self.call(desired, "CreateOrUpdateTags", {"Tags": [{**tag, **owner} for tag in added]})
        if gone:
            self.call(desired, "DeleteTags", {"Tags": gone})


class _LaunchConfiguration(_AutoScaling):
    def make(self, desired: Desired) -> Made:
        properties, name = desired.properties, desired.properties.get("LaunchConfigurationName", desired.name)
        given = {key: value for key, value in properties.items() if key not in ("InstanceMonitoring", "UserData")}
        given["BlockDeviceMappings"] = volumes(properties.get("BlockDeviceMappings") or []) or None
        user_data = properties.get("UserData")
        self.call(
            desired,
            "CreateLaunchConfiguration",
            given,
            LaunchConfigurationName=name,
            InstanceMonitoring={"Enabled": boolean(properties.get("InstanceMonitoring", True))},
            UserData=b64decode(user_data).decode() if user_data else None,  # boto3 encodes it
        )
        return Made(name)

    def remove(self, made: Made, desired: Desired) -> None:
        if made.physical_id not in _backend(desired).launch_configurations:
            raise HandlerError(f"Launch configuration name not found - {made.physical_id}", "NotFound")
        self.call(desired, "DeleteLaunchConfiguration", LaunchConfigurationName=made.physical_id)


class _ScalingPolicy(_AutoScaling):
    attributes: ClassVar = {"Arn": lambda policy: policy.arn, "PolicyName": lambda policy: policy.name}

    def make(self, desired: Desired) -> Made:
        self.call(desired, "PutScalingPolicy", desired.properties, PolicyName=desired.name)
        policy = _backend(desired).policies[desired.name]
        return Made(policy.arn, policy)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if not change.is_new:
            self.call(desired, "PutScalingPolicy", change.after, PolicyName=made.model.name)

    def remove(self, made: Made, desired: Desired) -> None:
        self.call(desired, "DeletePolicy", PolicyName=made.model.name)


class _LifecycleHook(_AutoScaling):
    def make(self, desired: Desired) -> Made:
        made = Made(desired.properties.get("LifecycleHookName", desired.name))
        self._put(made, desired)
        return made

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if not change.is_new:
            self._put(made, desired)

    def remove(self, made: Made, desired: Desired) -> None:
        group = desired.properties["AutoScalingGroupName"]
        self.call(desired, "DeleteLifecycleHook", AutoScalingGroupName=group, LifecycleHookName=made.physical_id)

    def _put(self, made: Made, desired: Desired) -> None:
        defaults = {"DefaultResult": "ABANDON", "HeartbeatTimeout": 3600}
        given = {**defaults, **desired.properties, "LifecycleHookName": made.physical_id}
        self.call(desired, "PutLifecycleHook", given)


class _ScheduledAction(_AutoScaling):
    attributes: ClassVar = {"ScheduledActionName": lambda name: name}

    def make(self, desired: Desired) -> Made:
        self._put(desired.name, desired)
        return Made(desired.name, desired.name)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if not change.is_new:
            self._put(made.physical_id, desired)

    def remove(self, made: Made, desired: Desired) -> None:
        group = desired.properties["AutoScalingGroupName"]
        known = self.call(desired, "DescribeScheduledActions", AutoScalingGroupName=group)
        if made.physical_id in [item["ScheduledActionName"] for item in known["ScheduledUpdateGroupActions"]]:
            self.call(
                desired, "DeleteScheduledAction", AutoScalingGroupName=group, ScheduledActionName=made.physical_id
            )

    def _put(self, name: str, desired: Desired) -> None:
        self.call(desired, "PutScheduledUpdateGroupAction", desired.properties, ScheduledActionName=name)


def _request(desired: Desired) -> Properties:
    """The properties of a group as its API has them."""
    request = dict(desired.properties)
    if zones := request.get("AvailabilityZones"):
        request["AvailabilityZones"] = [zone_name(zone, desired.services.region) for zone in zones]
    request["VPCZoneIdentifier"] = ",".join(request.get("VPCZoneIdentifier") or []) or None
    request["DefaultCooldown"] = request.get("Cooldown")
    return request


def _launchable(desired: Desired) -> AbstractContextManager[None]:
    """While a group launches machines."""
    mixed = (desired.properties.get("MixedInstancesPolicy") or {}).get("LaunchTemplate") or {}
    template = desired.properties.get("LaunchTemplate") or mixed.get("LaunchTemplateSpecification")
    return launchable(ec2(desired), template)


def _backend(desired: Desired) -> Any:
    return autoscaling_backends[desired.services.account][desired.services.region]


HANDLERS: dict[str, Handler] = {
    "AWS::AutoScaling::AutoScalingGroup": _Group(),
    "AWS::AutoScaling::LaunchConfiguration": _LaunchConfiguration(),
    "AWS::AutoScaling::LifecycleHook": _LifecycleHook(),
    "AWS::AutoScaling::ScalingPolicy": _ScalingPolicy(),
    "AWS::AutoScaling::ScheduledAction": _ScheduledAction(),
}
