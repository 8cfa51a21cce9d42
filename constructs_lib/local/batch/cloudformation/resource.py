"""What CloudFormation does with every AWS::Batch resource: make, update, replace, delete, Ref and Fn::GetAtt."""

from abc import abstractmethod
from contextvars import ContextVar
from typing import Any, ClassVar, Self

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException, ValidationError

from constructs_lib.local.account import Location
from constructs_lib.local.batch.api import BatchApi
from constructs_lib.local.batch.casing import to_request
from constructs_lib.local.batch.errors import BatchError
from constructs_lib.local.batch.service import BatchService

Properties = dict[str, Any]

_service: BatchService | None = None
_location: ContextVar[Location] = ContextVar("location")
"""Of the resource that is being made; moto tells it to some of the methods only."""


def install(service: BatchService) -> None:
    """Let templates make their AWS::Batch resources through these APIs."""
    global _service  # noqa: PLW0603 - moto calls class methods, which can be given nothing
    _service = service
    for remembered in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        remembered.cache_clear()


def installed() -> BatchApi:
    """The API that templates are deployed to, in the account and region of the stack."""
    if _service is None:
        raise RuntimeError("the embedded AWS is not running")
    return _service.api(_location.get())


def call(operation: str, properties: Properties) -> Properties:
    """Call an operation with CloudFormation's spelling of its members."""
    return invoke(operation, **to_request(operation, properties))


def invoke(operation: str, /, **request: Any) -> Properties:
    """Call an operation with the API's spelling of its members.

    Raises:
        ValidationError: the call was refused; CloudFormation fails the deployment with these words.
    """
    try:
        return installed().call(operation, request)
    except BatchError as error:
        message = f'Resource handler returned message: "{error.message}" (HandlerErrorCode: InvalidRequest)'
        raise ValidationError(message=message) from error


class BatchResource:
    """What the resource types have in common: Ref is the ARN, a change of the name a replacement."""

    kind: ClassVar[str]
    name_property: ClassVar[str]
    replaced_by: ClassVar[tuple[str, ...]] = ()
    """Properties of which a change makes another resource, besides the name."""

    attributes: ClassVar[dict[str, str]] = {}
    """Attributes for Fn::GetAtt besides the ARN, and the member of the description that has them."""

    def __init__(self, arn: str, properties: Properties) -> None:
        self.physical_resource_id = arn
        self.properties = properties

    @classmethod
    def cloudformation_name_type(cls) -> str:
        """The property that names the resource."""
        return cls.name_property

    @classmethod
    def cloudformation_type(cls) -> str:
        """The type as templates have it."""
        return f"AWS::Batch::{cls.kind}"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether Fn::GetAtt knows an attribute."""
        return attr == cls.arn_attribute() or attr in cls.attributes

    @classmethod
    def arn_attribute(cls) -> str:
        """The attribute that is the ARN."""
        return f"{cls.kind}Arn"

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """Answer Fn::GetAtt."""
        if attribute_name == self.arn_attribute():
            return self.physical_resource_id
        if attribute_name not in self.attributes:
            raise UnformattedGetAttTemplateException
        _location.set(Location.of(self.physical_resource_id))
        return self.describe()[self.attributes[attribute_name]]

    def is_created(self) -> bool:
        """Say that it is there: it is from the call on."""
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **_: Any,
    ) -> Self:
        """Make a resource of a stack."""
        _location.set(Location(account_id, region_name))
        properties = cloudformation_json.get("Properties", {})
        return cls(cls.create({**properties, cls.name_property: resource_name}), properties)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Self,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Self:
        """Update a resource of a stack, or replace it."""
        _location.set(Location(account_id, region_name))
        properties = cloudformation_json.get("Properties", {})
        if not original_resource.must_be_replaced(properties):
            original_resource.update(properties)
            original_resource.properties = properties
            return original_resource
        if properties.get(cls.name_property) == original_resource.properties.get(cls.name_property) is not None:
            raise ValidationError(
                message="CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                f"Rename {properties[cls.name_property]} and update the stack again.",
            )
        made = cls(cls.create({**properties, cls.name_property: new_resource_name}), properties)
        original_resource.retire()
        return made

    def must_be_replaced(self, properties: Properties) -> bool:
        """Tell whether an update makes another resource."""
        names = (self.name_property, *self.replaced_by)
        return any(self.properties.get(name) != properties.get(name) for name in names)

    def update_tags(self, properties: Properties) -> None:
        """Change the tags in place, as the handlers of all types but compute environments do."""
        old, new = self.properties.get("Tags", {}), properties.get("Tags", {})
        if gone := sorted(old.keys() - new.keys()):
            invoke("UntagResource", resourceArn=self.physical_resource_id, tagKeys=gone)
        if changed := {key: value for key, value in new.items() if old.get(key) != value}:
            invoke("TagResource", resourceArn=self.physical_resource_id, tags=changed)

    def retire(self) -> None:
        """Delete a resource that another has replaced; CloudFormation does so when nothing refers to it any more."""
        self.delete()

    @classmethod
    @abstractmethod
    def create(cls, properties: Properties) -> str:
        """Make the resource; its ARN."""

    @abstractmethod
    def update(self, properties: Properties) -> None:
        """Change the resource in place."""

    def delete(self, *_: Any) -> None:
        """Delete the resource of a stack."""
        _location.set(Location.of(self.physical_resource_id))
        self.remove()

    @abstractmethod
    def remove(self) -> None:
        """Delete the resource."""

    @abstractmethod
    def describe(self) -> Properties:
        """The resource as the API describes it."""
