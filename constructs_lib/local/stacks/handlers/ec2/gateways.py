"""Gateways between networks, and the public addresses that they have."""

from typing import Any, ClassVar

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler, ec2, tag


def _kind(properties: dict[str, Any]) -> str:
    return "IGW" if "InternetGatewayId" in properties else "VGW"


class _InternetGateway(Ec2Handler):
    attributes: ClassVar = {"InternetGatewayId": lambda gateway: gateway.id}

    def build(self, backend: Any, desired: Desired) -> Any:
        del desired
        return backend.create_internet_gateway()

    def destroy(self, backend: Any, made: Made) -> None:
        backend.delete_internet_gateway(made.physical_id)


class _EgressOnlyInternetGateway(Ec2Handler):
    attributes: ClassVar = {"Id": lambda gateway: gateway.id}

    def build(self, backend: Any, desired: Desired) -> Any:
        return backend.create_egress_only_internet_gateway(desired.properties["VpcId"])

    def destroy(self, backend: Any, made: Made) -> None:
        backend.delete_egress_only_internet_gateway(made.physical_id)


class _GatewayAttachment(ResourceHandler):
    """Of an internet gateway or a virtual private gateway with a VPC."""

    attributes: ClassVar = {"AttachmentType": _kind}

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        _attach(ec2(desired), properties)
        return Made(f"{_kind(properties)}|{properties['VpcId']}", properties)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        if not change.is_new and change.touches("InternetGatewayId", "VpnGatewayId"):
            _detach(ec2(desired), change.before)
            _attach(ec2(desired), change.after, is_again=True)
            made.model = change.after

    def remove(self, made: Made, desired: Desired) -> None:
        _detach(ec2(desired), made.model)


class _NatGateway(Ec2Handler):
    attributes: ClassVar = {
        "NatGatewayId": lambda gateway: gateway.id,
        "EniId": lambda gateway: gateway.address_set[0]["networkInterfaceId"],
    }

    def build(self, backend: Any, desired: Desired) -> Any:
        properties = desired.properties
        return backend.create_nat_gateway(
            properties["SubnetId"],
            properties.get("AllocationId"),
            connectivity_type=properties.get("ConnectivityType", "public"),
        )

    def destroy(self, backend: Any, made: Made) -> None:
        gateway = made.model
        for address in gateway.address_set:
            # moto leaves both, and then neither the subnet nor the address can go.
            for elastic in [item for item in backend.addresses if item.eni and item.eni.id == _interface(address)]:
                backend.disassociate_address(address=elastic.public_ip)
            backend.enis.pop(_interface(address), None)
        backend.delete_nat_gateway(gateway.id)


class _ElasticIp(ResourceHandler):
    attributes: ClassVar = {
        "AllocationId": lambda address: address.allocation_id,
        "PublicIp": lambda address: address.public_ip,
    }

    def make(self, desired: Desired) -> Made:
        address = ec2(desired).allocate_address("vpc", address=desired.properties.get("Address"))
        return Made(address.public_ip, address)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        backend = ec2(desired)
        tag(backend, made.model.id, change)
        if change.touches("InstanceId"):
            if made.model.instance:
                backend.disassociate_address(address=made.physical_id)
            if instance_id := change.after.get("InstanceId"):
                backend.associate_address(backend.get_instance(instance_id), address=made.physical_id)

    def remove(self, made: Made, desired: Desired) -> None:
        backend = ec2(desired)
        backend.release_address(address=made.physical_id)
        backend.tags.pop(made.model.id, None)


class _ElasticIpAssociation(ResourceHandler):
    attributes: ClassVar = {"Id": lambda association: association}

    def make(self, desired: Desired) -> Made:
        backend, properties = ec2(desired), desired.properties
        instance, interface = properties.get("InstanceId"), properties.get("NetworkInterfaceId")
        address = backend.associate_address(
            backend.get_instance(instance) if instance else None,
            backend.get_network_interface(interface) if interface else None,
            address=properties.get("EIP"),
            allocation_id=properties.get("AllocationId"),
            reassociate=True,
        )
        return Made(address.association_id, address.association_id)

    def remove(self, made: Made, desired: Desired) -> None:
        ec2(desired).disassociate_address(association_id=made.physical_id)


class _CustomerGateway(Ec2Handler):
    attributes: ClassVar = {"CustomerGatewayId": lambda gateway: gateway.id}

    def build(self, backend: Any, desired: Desired) -> Any:
        properties = desired.properties
        asn = str(properties.get("BgpAsn", properties.get("BgpAsnExtended", "65000")))
        return backend.create_customer_gateway(properties["Type"], properties["IpAddress"], asn)

    def destroy(self, backend: Any, made: Made) -> None:
        backend.delete_customer_gateway(made.physical_id)


class _VpnGateway(Ec2Handler):
    attributes: ClassVar = {"VPNGatewayId": lambda gateway: gateway.id}

    def build(self, backend: Any, desired: Desired) -> Any:
        asn = desired.properties.get("AmazonSideAsn")
        return backend.create_vpn_gateway(desired.properties["Type"], amazon_side_asn=str(asn) if asn else None)

    def destroy(self, backend: Any, made: Made) -> None:
        backend.delete_vpn_gateway(made.physical_id)


class _VpnConnection(Ec2Handler):
    """Of a gateway at somebody's with one of AWS; nothing goes through it."""

    attributes: ClassVar = {"VpnConnectionId": lambda connection: connection.id}

    def build(self, backend: Any, desired: Desired) -> Any:
        properties = desired.properties
        return backend.create_vpn_connection(
            properties["Type"],
            properties["CustomerGatewayId"],
            vpn_gateway_id=properties.get("VpnGatewayId"),
            transit_gateway_id=properties.get("TransitGatewayId"),
        )

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        connection, after = made.model, change.after
        connection.customer_gateway_id = after["CustomerGatewayId"]
        connection.vpn_gateway_id = after.get("VpnGatewayId")
        connection.transit_gateway_id = after.get("TransitGatewayId")

    def destroy(self, backend: Any, made: Made) -> None:
        backend.delete_vpn_connection(made.physical_id)


class _RoutePropagation(ResourceHandler):
    """A virtual private gateway's routes are not propagated, as there is nothing behind it: it is only checked."""

    attributes: ClassVar = {"Id": lambda propagation: propagation}

    def make(self, desired: Desired) -> Made:
        self._check(desired)
        return Made(desired.name, desired.name)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        del made, change
        self._check(desired)

    def remove(self, made: Made, desired: Desired) -> None:
        """There is nothing to be deleted."""

    @staticmethod
    def _check(desired: Desired) -> None:
        backend = ec2(desired)
        backend.get_vpn_gateway(desired.properties["VpnGatewayId"])
        for table in desired.properties["RouteTableIds"]:
            backend.get_route_table(table)


def _attach(backend: Any, properties: dict[str, Any], *, is_again: bool = False) -> None:
    if gateway := properties.get("InternetGatewayId"):
        present = backend.get_internet_gateway(gateway).vpc
        if not is_again or present is None or present.id != properties["VpcId"]:
            backend.attach_internet_gateway(gateway, properties["VpcId"])
    else:
        backend.attach_vpn_gateway(properties["VpnGatewayId"], properties["VpcId"])


def _detach(backend: Any, properties: dict[str, Any]) -> None:
    vpc_id = properties["VpcId"]
    if gateway_id := properties.get("InternetGatewayId"):
        gateway = backend.get_internet_gateway(gateway_id)
        if gateway.vpc and gateway.vpc.id == vpc_id:
            backend.detach_internet_gateway(gateway_id, vpc_id)
    else:
        backend.get_vpn_gateway(properties["VpnGatewayId"]).attachments.pop(vpc_id, None)


def _interface(address: dict[str, Any]) -> str:
    return str(address["networkInterfaceId"])


HANDLERS: dict[str, Handler] = {
    "AWS::EC2::CustomerGateway": _CustomerGateway(),
    "AWS::EC2::EIP": _ElasticIp(),
    "AWS::EC2::EIPAssociation": _ElasticIpAssociation(),
    "AWS::EC2::EgressOnlyInternetGateway": _EgressOnlyInternetGateway(),
    "AWS::EC2::InternetGateway": _InternetGateway(),
    "AWS::EC2::NatGateway": _NatGateway(),
    "AWS::EC2::VPCGatewayAttachment": _GatewayAttachment(),
    "AWS::EC2::VPNConnection": _VpnConnection(),
    "AWS::EC2::VPNGateway": _VpnGateway(),
    "AWS::EC2::VPNGatewayRoutePropagation": _RoutePropagation(),
}
