"""Networks with the ids that a template has for them, in moto's EC2.

A subnet, a security group and a route table are in the VPC that is named beside them, or else in the one that was
imported last, or in a new one.
"""

import ipaddress
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from moto.ec2.models import ec2_backends, route_tables, security_groups, subnets, vpcs

from constructs_lib.local.account import Location
from constructs_lib.local.imported.references import Imported, Kind
from constructs_lib.local.patching import Around, Patches

_CIDR = "10.0.0.0/16"
_SUBNET_BITS = 24

_lock = threading.Lock()


class Networks:
    """The imported networks of an account and region.

    Args:
        location: the account and region.
    """

    def __init__(self, location: Location) -> None:
        self._ec2 = ec2_backends[location.account][location.region]
        self._last: str | None = None

    def has(self, item: Imported) -> bool:
        """Whether it is there."""
        match item.kind:
            case Kind.VPC:
                return item.id in self._ec2.vpcs
            case Kind.SUBNET:
                return any(item.id in of_zone for of_zone in self._ec2.subnets.values())
            case Kind.SECURITY_GROUP:
                return any(item.id in of_vpc for of_vpc in self._ec2.groups.values())
        return item.id in self._ec2.route_tables

    def make(self, item: Imported, vpc: str | None) -> None:
        """Make it.

        Args:
            item: a VPC, or what is in one.
            vpc: the VPC that is named beside it. Default: none is.
        """
        if item.kind is Kind.VPC:
            with _given(vpcs, "random_vpc_id", item.id):
                self._ec2.create_vpc(_CIDR)
            self._last = item.id
            return
        vpc = vpc or self._last or ""
        if vpc not in self._ec2.vpcs:
            vpc = self._last = str(self._ec2.create_vpc(_CIDR).id)
        match item.kind:
            case Kind.SUBNET:
                zone = self._zone(vpc)
                with _given(subnets, "random_subnet_id", item.id):
                    self._ec2.create_subnet(vpc, self._free(vpc), availability_zone=zone)
            case Kind.SECURITY_GROUP:
                with _given(security_groups, "random_security_group_id", item.id):
                    self._ec2.create_security_group(item.id, "Imported", vpc_id=vpc)
            case _:
                with _given(route_tables, "random_route_table_id", item.id):
                    self._ec2.create_route_table(vpc)

    def _subnets(self, vpc: str) -> list[Any]:
        return [subnet for of_zone in self._ec2.subnets.values() for subnet in of_zone.values() if subnet.vpc_id == vpc]

    def _zone(self, vpc: str) -> str:
        """The zone that has the fewest subnets of a VPC."""
        taken = [subnet.availability_zone for subnet in self._subnets(vpc)]
        names = [zone.name for zone in self._ec2.describe_availability_zones()]
        return str(min(names, key=taken.count))

    def _free(self, vpc: str) -> str:
        """A range of addresses in a VPC that no subnet has."""
        taken = [subnet.cidr for subnet in self._subnets(vpc)]
        ranges = ipaddress.IPv4Network(self._ec2.vpcs[vpc].cidr_block).subnets(new_prefix=_SUBNET_BITS)
        return str(next(item for item in ranges if not any(item.overlaps(other) for other in taken)))


@contextmanager
def _given(module: ModuleType, name: str, wanted: str) -> Iterator[None]:
    """Let moto take an id for the one random one that it makes in this thread."""
    me = threading.get_ident()

    def made_of(make: Callable[[], str]) -> Callable[[], str]:
        return lambda: wanted if threading.get_ident() == me else make()

    with _lock, Patches([Around(module, name, made_of)]):
        yield
