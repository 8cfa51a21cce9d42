"""AWS::ApplicationAutoScaling: what scales services of ECS, tables and functions. Nothing is scaled here.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApplicationAutoScaling.html
"""

from typing import Any, ClassVar

from moto.applicationautoscaling.models import FakeApplicationAutoscalingPolicy, applicationautoscaling_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler

_TARGET = ("ResourceId", "ScalableDimension", "ServiceNamespace")


class _Scaling(ResourceHandler):
    service = "application-autoscaling"


class _Target(_Scaling):
    """A target; its tags are kept for nothing."""

    attributes: ClassVar = {"Id": lambda physical_id: physical_id}

    def make(self, desired: Desired) -> Made:
        self._register(desired, {})
        physical_id = "|".join(desired.properties[name] for name in _TARGET)
        for action in desired.properties.get("ScheduledActions") or []:
            self._put(desired, action)
        return Made(physical_id, physical_id)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        del made
        if change.is_new:
            return
        self._register(desired, change.before)
        added, removed = change.items("ScheduledActions")
        for action in removed:
            name = action["ScheduledActionName"]
            self.call(desired, "DeleteScheduledAction", desired.properties, ScheduledActionName=name)
        for action in added:
            self._put(desired, action)

    def remove(self, made: Made, desired: Desired) -> None:
        resource, dimension, namespace = made.physical_id.split("|")
        known = self.call(desired, "DescribeScalableTargets", ServiceNamespace=namespace, ResourceIds=[resource])
        if dimension in [target["ScalableDimension"] for target in known["ScalableTargets"]]:
            self.call(desired, "DeregisterScalableTarget", desired.properties)

    def _register(self, desired: Desired, before: Properties) -> None:
        properties = dict(desired.properties)
        if "SuspendedState" in before:
            kinds = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")
            properties.setdefault("SuspendedState", dict.fromkeys(kinds, False))
        properties.pop("Tags", None)
        self.call(desired, "RegisterScalableTarget", properties)

    def _put(self, desired: Desired, action: Properties) -> None:
        where = {name: desired.properties[name] for name in _TARGET}
        self.call(desired, "PutScheduledAction", {**where, **action})


class _Policy(_Scaling):
    attributes: ClassVar = {"Arn": lambda arn: arn}

    def make(self, desired: Desired) -> Made:
        arn = self._put(desired)
        return Made(arn, arn)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if change.is_new:
            return
        # moto makes another policy, with another ARN, and leaves the alarms of the one before.
        policies, key = _policies(desired), _key(desired.properties)
        before = policies[key]
        self._put(desired)
        before.delete_alarms(desired.services.account, desired.services.region)
        policies[key].policy_arn = made.physical_id

    def remove(self, made: Made, desired: Desired) -> None:
        del made
        if _key(desired.properties) in _policies(desired):
            self.call(desired, "DeleteScalingPolicy", {**desired.properties, **_where(desired.properties)})

    def _put(self, desired: Desired) -> str:
        told = self.call(desired, "PutScalingPolicy", {**desired.properties, **_where(desired.properties)})
        return str(told["PolicyARN"])


def _policies(desired: Desired) -> dict[str, Any]:
    backend = applicationautoscaling_backends[desired.services.account][desired.services.region]
    policies: dict[str, Any] = backend.policies
    return policies


def _key(properties: Properties) -> str:
    where = _where(properties)
    names = (where["ServiceNamespace"], where["ResourceId"], where["ScalableDimension"], properties["PolicyName"])
    return str(FakeApplicationAutoscalingPolicy.formulate_key(*names))


def _where(properties: Properties) -> Properties:
    """What a policy scales, by its own properties or by its target's id."""
    if target := properties.get("ScalingTargetId"):
        return dict(zip(_TARGET, target.split("|"), strict=True))
    return {name: properties[name] for name in _TARGET}


HANDLERS: dict[str, Handler] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": _Target(),
    "AWS::ApplicationAutoScaling::ScalingPolicy": _Policy(),
}
