"""AWS::ElasticLoadBalancing::LoadBalancer: load balancers of the first kind.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancing-loadbalancer.html
"""

from typing import Any

from moto.elb.models import LoadBalancer

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.moto_handler import MotoHandler

_ZONE = "Z35SXDOTRQ7X7K"
"""The hosted zone of the names of load balancers in us-east-1; those of other regions have others."""


class _LoadBalancer(MotoHandler):
    """A load balancer with the attributes that moto does not tell its templates."""

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        """Answer ``Fn::GetAtt``."""
        match name:
            case "CanonicalHostedZoneName":
                return made.model.canonical_hosted_zone_name
            case "CanonicalHostedZoneNameID":
                return _ZONE
            case "SourceSecurityGroup.GroupName" | "SourceSecurityGroup.OwnerAlias":
                return made.model.source_security_group[name.partition(".")[2]]
        return super().attribute(made, desired, name)


HANDLERS: dict[str, Handler] = {"AWS::ElasticLoadBalancing::LoadBalancer": _LoadBalancer(LoadBalancer)}
