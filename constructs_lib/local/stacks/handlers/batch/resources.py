"""What the resources of AWS Batch have in common: ``Ref`` is the ARN, and tags change in place.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Batch.html
"""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from constructs_lib.local.batch.casing import to_request
from constructs_lib.local.batch.errors import BatchError
from constructs_lib.local.batch.service import BatchService
from constructs_lib.local.batch.service.api import BatchApi
from constructs_lib.local.stacks.handlers.contract.handler import Desired, HandlerError, Made, Properties


class BatchResources(ABC):
    """Makes resources of one type by the API.

    Args:
        service: the AWS Batch of every account and region.
    """

    name_property: ClassVar[str]
    arn_attribute: ClassVar[str]
    attributes: ClassVar[dict[str, str]] = {}
    """Attributes for ``Fn::GetAtt`` besides the ARN, and the member of the description that has them."""

    def __init__(self, service: BatchService) -> None:
        self._service = service

    def create(self, desired: Desired) -> Made:
        """Make a resource."""
        return Made(self.make(desired, {self.name_property: desired.name, **desired.properties}))

    @abstractmethod
    def make(self, desired: Desired, properties: Properties) -> str:
        """Make a resource of properties that have a name; its ARN."""

    @abstractmethod
    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Change a resource in place."""

    @abstractmethod
    def delete(self, made: Made, desired: Desired) -> None:
        """Delete a resource."""

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        """Answer ``Fn::GetAtt``."""
        if name == self.arn_attribute:
            return made.physical_id
        return self.read(made, desired)[self.attributes[name]]

    def read(self, made: Made, desired: Desired) -> Properties:
        """A resource as the API describes it."""
        del made, desired
        return {}

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        """Leave it to the schema."""
        del desired, before
        return None

    def api(self, desired: Desired) -> BatchApi:
        """The API of the account and region that a resource is in."""
        return self._service.api(desired.services.location)

    def call(self, desired: Desired, operation: str, properties: Properties) -> Properties:
        """Call an operation with CloudFormation's spelling of its members."""
        return self.invoke(desired, operation, **to_request(operation, properties))

    def invoke(self, desired: Desired, operation: str, /, **request: Any) -> Properties:
        """Call an operation with the API's spelling of its members."""
        try:
            return self.api(desired).call(operation, request)
        except BatchError as error:
            raise HandlerError(error.message) from error

    def update_tags(self, made: Made, desired: Desired, before: Desired) -> None:
        """Change the tags in place."""
        old, new = before.properties.get("Tags", {}), desired.properties.get("Tags", {})
        if gone := sorted(old.keys() - new.keys()):
            self.invoke(desired, "UntagResource", resourceArn=made.physical_id, tagKeys=gone)
        if changed := {key: value for key, value in new.items() if old.get(key) != value}:
            self.invoke(desired, "TagResource", resourceArn=made.physical_id, tags=changed)
