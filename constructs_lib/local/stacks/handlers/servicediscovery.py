"""AWS::ServiceDiscovery: namespaces and the services in them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ServiceDiscovery.html
"""

from typing import Any, ClassVar

from moto.servicediscovery.exceptions import ServiceNotFound
from moto.servicediscovery.models import servicediscovery_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler


class _CloudMap(ResourceHandler):
    attributes: ClassVar = {"Arn": lambda it: it.arn, "Id": lambda it: it.id}

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        backend, it = _backend(desired), made.model
        changed, gone = change.tags()
        backend.tag_resource(it.arn, [{"Key": key, "Value": value} for key, value in changed.items()])
        backend.untag_resource(it.arn, gone)
        it.description = change.after.get("Description")


class _Namespace(_CloudMap):
    """A namespace.

    Args:
        kind: ``http``, ``private_dns`` or ``public_dns``.
    """

    attributes: ClassVar = {
        **_CloudMap.attributes,
        "HostedZoneId": lambda namespace: namespace.dns_properties["HostedZoneId"],
    }

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def make(self, desired: Desired) -> Made:
        backend, properties = _backend(desired), desired.properties
        create = getattr(backend, f"create_{self._kind}_namespace")
        more: dict[str, Any] = {} if self._kind == "http" else {"properties": properties.get("Properties") or {}}
        if self._kind == "private_dns":
            more["vpc"] = properties["Vpc"]
        operation = create(properties["Name"], desired.name, description=None, tags=[], **more)
        namespace = backend.get_namespace(backend.get_operation(operation).targets["NAMESPACE"])
        return Made(namespace.id, namespace)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        if self._kind != "http" and change.touches("Properties"):
            namespace = made.model
            given = (change.after.get("Properties") or {}).get("DnsProperties") or {}
            namespace.dns_properties = {**given, "HostedZoneId": namespace.dns_properties["HostedZoneId"]}

    def remove(self, made: Made, desired: Desired) -> None:
        backend = _backend(desired)
        if any(service.namespace_id == made.physical_id for service in backend.services.values()):
            message = f"The specified namespace contains one or more services: {made.physical_id}"
            raise HandlerError(message)
        backend.get_namespace(made.physical_id)
        backend.delete_namespace(made.physical_id)
        backend.tagger.delete_all_tags_for_resource(made.model.arn)


class _Service(_CloudMap):
    attributes: ClassVar = {**_CloudMap.attributes, "Name": lambda service: service.name}

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        dns, namespace = properties.get("DnsConfig") or {}, properties.get("NamespaceId")
        service = _backend(desired).create_service(
            properties.get("Name", desired.name),
            namespace or dns.get("NamespaceId"),
            desired.name,
            None,
            None,
            None,
            properties.get("HealthCheckCustomConfig"),
            tags=[],
            service_type=properties.get("Type", "DNS_HTTP" if dns else "HTTP"),
        )
        return Made(service.id, service)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        super().settle(made, desired, change)
        service, after = made.model, change.after
        dns, check = after.get("DnsConfig"), after.get("HealthCheckConfig")
        service.dns_config = {"RoutingPolicy": "MULTIVALUE", **_numbers(dns)} if dns else None
        service.health_check_config = dict(check) if check else None
        service.attributes = dict(after.get("ServiceAttributes") or {})

    def remove(self, made: Made, desired: Desired) -> None:
        backend = _backend(desired)
        if made.physical_id not in backend.services:
            raise ServiceNotFound(made.physical_id)
        backend.delete_service(made.physical_id)
        backend.tagger.delete_all_tags_for_resource(made.model.arn)


def _numbers(dns: dict[str, Any]) -> dict[str, Any]:
    """Times to live are numbers; templates may have them as texts."""
    return {**dns, "DnsRecords": [{**record, "TTL": int(record["TTL"])} for record in dns.get("DnsRecords") or []]}


def _backend(desired: Desired) -> Any:
    return servicediscovery_backends[desired.services.account][desired.services.region]


HANDLERS: dict[str, Handler] = {
    "AWS::ServiceDiscovery::HttpNamespace": _Namespace("http"),
    "AWS::ServiceDiscovery::PrivateDnsNamespace": _Namespace("private_dns"),
    "AWS::ServiceDiscovery::PublicDnsNamespace": _Namespace("public_dns"),
    "AWS::ServiceDiscovery::Service": _Service(),
}
