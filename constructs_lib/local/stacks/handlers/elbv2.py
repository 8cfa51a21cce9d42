"""AWS::ElasticLoadBalancingV2: load balancers that nothing goes through.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ElasticLoadBalancingV2.html
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from moto.elbv2.models import elbv2_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler

_MOST_CHARACTERS, _OF_RANDOM_PART = 32, 12


@dataclass(frozen=True)
class _Defaulted:
    """Something of moto's, and what it had when nothing was asked of it."""

    it: Any
    attributes: dict[str, str]
    checks: Properties = field(default_factory=dict)


class _Balancing(ResourceHandler):
    service = "elbv2"

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        changed, gone = change.tags()
        if changed:
            tags = [{"Key": key, "Value": value} for key, value in changed.items()]
            self.call(desired, "AddTags", ResourceArns=[made.physical_id], Tags=tags)
        if gone:
            self.call(desired, "RemoveTags", ResourceArns=[made.physical_id], TagKeys=gone)


class _LoadBalancer(_Balancing):
    attributes: ClassVar = {
        "LoadBalancerArn": lambda made: made.it.arn,
        "LoadBalancerName": lambda made: made.it.name,
        "LoadBalancerFullName": lambda made: made.it.arn.partition(":loadbalancer/")[2],
        "CanonicalHostedZoneID": lambda made: made.it.canonical_hosted_zone_id,
        "DNSName": lambda made: made.it.dns_name,
        "SecurityGroups": lambda made: list(made.it.security_groups or []),
    }

    def make(self, desired: Desired) -> Made:
        properties = {key: value for key, value in desired.properties.items() if key != "Tags"}
        given = {"Name": _short(desired.name), "Scheme": "internet-facing", **properties}
        [told] = self.call(desired, "CreateLoadBalancer", given)["LoadBalancers"]
        balancer = _backend(desired).load_balancers[told["LoadBalancerArn"]]
        return Made(balancer.arn, _Defaulted(balancer, dict(balancer.attrs)))

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        arn, balancer, after = made.physical_id, made.model.it, change.after
        balancer.attrs = {**made.model.attributes, **_attributes(after, "LoadBalancerAttributes")}
        if not change.is_new and change.touches("IpAddressType"):
            self.call(desired, "SetIpAddressType", {"IpAddressType": "ipv4", **after}, LoadBalancerArn=arn)
        if not change.is_new and change.touches("Subnets", "SubnetMappings"):
            self.call(desired, "SetSubnets", after, LoadBalancerArn=arn)
        if change.touches("SecurityGroups") or change.is_new:
            groups = after.get("SecurityGroups") or []
            if not groups and balancer.type == "application":
                vpc_id = balancer.subnets[0].vpc_id
                groups = [_backend(desired).ec2_backend.get_default_security_group(vpc_id).id]
            balancer.security_groups = list(groups)

    def remove(self, made: Made, desired: Desired) -> None:
        balancer = _backend(desired).load_balancers.get(made.physical_id)
        if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
            raise HandlerError(
                f"Load balancer '{made.physical_id}' cannot be deleted because deletion protection is enabled"
            )
        self.call(desired, "DeleteLoadBalancer", LoadBalancerArn=made.physical_id)


class _TargetGroup(_Balancing):
    attributes: ClassVar = {
        "TargetGroupArn": lambda made: made.it.arn,
        "TargetGroupName": lambda made: made.it.name,
        "TargetGroupFullName": lambda made: made.it.arn.rpartition(":")[2],
        "LoadBalancerArns": lambda made: list(dict.fromkeys(made.it.load_balancer_arns)),
    }

    def make(self, desired: Desired) -> Made:
        given = {"Name": _short(desired.name), **desired.properties}
        fixed = ("Name", "IpAddressType", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId")
        request = {key: value for key, value in given.items() if key in fixed}
        [told] = self.call(desired, "CreateTargetGroup", request)["TargetGroups"]
        group = _backend(desired).target_groups[told["TargetGroupArn"]]
        checks = {key: value for key, value in told.items() if key.startswith(("Health", "Unhealthy", "Matcher"))}
        return Made(group.arn, _Defaulted(group, dict(group.attributes), checks))

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        arn, group, after = made.physical_id, made.model.it, change.after
        self.call(desired, "ModifyTargetGroup", {**made.model.checks, **after}, TargetGroupArn=arn)
        group.attributes = {**made.model.attributes, **_attributes(after, "TargetGroupAttributes")}
        added, removed = change.items("Targets")
        if gone := [target for target in removed if target["Id"] in group.targets]:
            self.call(desired, "DeregisterTargets", {"Targets": gone}, TargetGroupArn=arn)
        if added:
            self.call(desired, "RegisterTargets", {"Targets": added}, TargetGroupArn=arn)

    def remove(self, made: Made, desired: Desired) -> None:
        self.call(desired, "DeleteTargetGroup", TargetGroupArn=made.physical_id)


class _Listener(_Balancing):
    attributes: ClassVar = {"ListenerArn": lambda listener: listener.arn}

    def make(self, desired: Desired) -> Made:
        given = {key: value for key, value in desired.properties.items() if key != "Tags"}
        [told] = self.call(desired, "CreateListener", given)["Listeners"]
        arn = told["ListenerArn"]
        return Made(arn, _backend(desired).load_balancers[desired.properties["LoadBalancerArn"]].listeners[arn])

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        listener, after = made.model, change.after
        names = ("AlpnPolicy", "Certificates", "DefaultActions", "Port", "Protocol", "SslPolicy")
        if not change.is_new and change.touches(*names):
            # moto knows three protocols here, and all of them when a listener is made.
            listener.protocol = after.get("Protocol", listener.protocol)
            given = {key: value for key, value in after.items() if key != "Protocol"}
            self.call(desired, "ModifyListener", given, ListenerArn=made.physical_id)
        listener.attributes.update(_attributes(after, "ListenerAttributes"))

    def remove(self, made: Made, desired: Desired) -> None:
        self.call(desired, "DeleteListener", ListenerArn=made.physical_id)


class _ListenerRule(_Balancing):
    attributes: ClassVar = {"RuleArn": lambda rule: rule["RuleArn"], "IsDefault": lambda rule: rule["IsDefault"]}

    def make(self, desired: Desired) -> Made:
        given = {key: value for key, value in desired.properties.items() if key != "Tags"}
        [rule] = self.call(desired, "CreateRule", given)["Rules"]
        return Made(rule["RuleArn"], rule)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        if not change.is_new and change.touches("Actions", "Conditions"):
            self.call(desired, "ModifyRule", change.after, RuleArn=made.physical_id)
        if not change.is_new and change.touches("Priority"):
            [rule] = self.call(desired, "DescribeRules", RuleArns=[made.physical_id])["Rules"]
            priority = {"RuleArn": made.physical_id, "Priority": int(change.after["Priority"])}
            if rule["Priority"] != str(priority["Priority"]):
                self.call(desired, "SetRulePriorities", RulePriorities=[priority])

    def remove(self, made: Made, desired: Desired) -> None:
        self.call(desired, "DeleteRule", RuleArn=made.physical_id)


def _short(name: str) -> str:
    """A generated name within what is allowed; its end is what makes it the only one."""
    if len(name) <= _MOST_CHARACTERS:
        return name
    start, end = name[: _MOST_CHARACTERS - _OF_RANDOM_PART - 1], name[-_OF_RANDOM_PART:]
    return f"{start.rstrip('-')}-{end.lstrip('-')}"


def _attributes(properties: Properties, name: str) -> dict[str, str]:
    return {item["Key"]: str(item.get("Value", "")) for item in properties.get(name) or []}


def _backend(desired: Desired) -> Any:
    return elbv2_backends[desired.services.account][desired.services.region]


HANDLERS: dict[str, Handler] = {
    "AWS::ElasticLoadBalancingV2::Listener": _Listener(),
    "AWS::ElasticLoadBalancingV2::ListenerRule": _ListenerRule(),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _LoadBalancer(),
    "AWS::ElasticLoadBalancingV2::TargetGroup": _TargetGroup(),
}
