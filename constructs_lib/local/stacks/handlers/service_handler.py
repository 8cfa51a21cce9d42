"""Handlers whose resources are made by calls of their service's API."""

from collections.abc import Mapping
from typing import Any, ClassVar

from botocore import xform_name

from constructs_lib.local.stacks.handlers.handler import Desired
from constructs_lib.local.stacks.handlers.requests import fitted
from constructs_lib.local.stacks.handlers.standard_handler import StandardHandler


class ServiceHandler(StandardHandler):
    """Of a type that an API makes, named as boto3 names it in ``service``."""

    service: ClassVar[str]

    def call(self, desired: Desired, operation: str, *properties: Mapping[str, Any], **members: Any) -> Any:
        """Call an operation such as ``CreateCluster``.

        Args:
            desired: what it is called for.
            operation: its name.
            properties: of a template. The service's model brings them into the form of the API; what the operation
                does not have is left out.
            members: more of its request, as the API has them; those that are None are left out.
        """
        client = desired.services.client(self.service)
        request: dict[str, Any] = {}
        for item in properties:
            shape = client.meta.service_model.operation_model(operation).input_shape
            request |= fitted(shape, {key: value for key, value in item.items() if value is not None})
        request |= {key: value for key, value in members.items() if value is not None}
        return getattr(client, xform_name(operation))(**request)
