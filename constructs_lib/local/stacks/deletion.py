"""Gap: when a stack is deleted, moto leaves most of what belongs to its VPC, and so the VPC; and full buckets silently.

moto calls ``delete`` of a resource where there is one; what fails because something depends on it, it tries again.
"""

from collections.abc import Callable
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.ec2 import models
from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.models.flow_logs import FlowLogs
from moto.ec2.models.internet_gateways import InternetGateway, VPCGatewayAttachment
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.models.route_tables import RouteTable
from moto.ec2.models.subnets import SubnetRouteTableAssociation
from moto.ec2.models.vpcs import VPCEndPoint
from moto.s3.models import FakeBucket, s3_backends
from moto.utilities.utils import get_partition


def _disassociate(association: Any, ec2: Any) -> None:
    ec2.subnet_associations.pop(f"{association.route_table_id}:{association.subnet_id}", None)


def _delete_endpoint(endpoint: Any, ec2: Any) -> None:
    # moto's own way fails when the endpoint's route tables are gone before it.
    for interface in endpoint.network_interface_ids or []:
        ec2.enis.pop(interface, None)
    ec2.vpc_end_points.pop(endpoint.id, None)


_DELETE: dict[type, Callable[[Any, Any], object]] = {
    ElasticAddress: lambda address, ec2: ec2.release_address(allocation_id=address.allocation_id),
    FlowLogs: lambda flow_log, ec2: ec2.delete_flow_logs([flow_log.id]),
    InternetGateway: lambda gateway, ec2: ec2.delete_internet_gateway(gateway.id),
    NatGateway: lambda gateway, ec2: ec2.delete_nat_gateway(gateway.id),
    RouteTable: lambda table, ec2: ec2.delete_route_table(table.id),
    SubnetRouteTableAssociation: _disassociate,
    VPCEndPoint: _delete_endpoint,
    VPCGatewayAttachment: lambda item, ec2: ec2.detach_internet_gateway(item.gateway_id, item.vpc_id),
}


def install() -> None:
    """Let the parts of a VPC be deleted, and buckets with something in them not."""
    FakeBucket.delete = _delete_bucket
    for kind, delete in _DELETE.items():
        kind.delete = _method(delete)  # type: ignore[attr-defined] # it has none


def _delete_bucket(self: Any, account: str, region: str) -> None:
    if self.keys:
        raise ValidationError(message="The bucket you tried to delete is not empty")
    s3_backends[account][get_partition(region)].delete_bucket(self.name)


def _method(delete: Callable[[Any, Any], object]) -> Callable[[Any, str, str], None]:
    def method(self: Any, account: str, region: str) -> None:
        delete(self, models.ec2_backends[account][region])

    return method
