"""Connections of VPCs with each other."""

from typing import Any, ClassVar

from moto.ec2.models import ec2_backends

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler


class _PeeringConnection(Ec2Handler):
    """One that is accepted: CloudFormation does so in the same account, or by the role of the other one."""

    attributes: ClassVar = {"Id": lambda connection: connection.id}

    def build(self, backend: Any, desired: Desired) -> Any:
        properties = desired.properties
        account = str(properties.get("PeerOwnerId", desired.services.account))
        other = ec2_backends[account][properties.get("PeerRegion", desired.services.region)]
        vpcs = backend.get_vpc(properties["VpcId"]), other.get_vpc(properties["PeerVpcId"])
        connection = backend.create_vpc_peering_connection(*vpcs)
        if account == desired.services.account or properties.get("PeerRoleArn"):
            other.accept_vpc_peering_connection(connection.id)
        return connection

    def destroy(self, backend: Any, made: Made) -> None:
        backend.delete_vpc_peering_connection(made.physical_id)


HANDLERS: dict[str, Handler] = {"AWS::EC2::VPCPeeringConnection": _PeeringConnection()}
