"""AWS::Batch resources of a template, made in our registry instead of moto's.

moto finds the class for a resource type among the subclasses of its `CloudFormationModel`, the last one defined wins:
defining these classes, and making moto forget the list that it keeps, is all that is needed.
"""

from abc import abstractmethod
from typing import Any, ClassVar, Self

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel

from constructs_lib.local.batch.casing import to_request
from constructs_lib.local.batch.registry import Registry

Properties = dict[str, Any]

_registry: Registry | None = None


def install(registry: Registry) -> None:
    """Let templates make their AWS::Batch resources in this registry."""
    global _registry  # noqa: PLW0603 - moto calls class methods, which can be given nothing
    _registry = registry
    for remembered in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        remembered.cache_clear()


class _Resource:
    """What the resource types have in common: Ref and every attribute are the ARN."""

    kind: ClassVar[str]
    name_property: ClassVar[str]

    def __init__(self, arn: str) -> None:
        self.physical_resource_id = arn

    @classmethod
    def cloudformation_name_type(cls) -> str:
        return cls.name_property

    @classmethod
    def cloudformation_type(cls) -> str:
        return f"AWS::Batch::{cls.kind}"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr == f"{cls.kind}Arn"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        if not self.has_cfn_attr(attribute_name):
            raise UnformattedGetAttTemplateException
        return self.physical_resource_id

    def is_created(self) -> bool:
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        *_: Any,
        **__: Any,
    ) -> Self:
        if _registry is None:
            raise RuntimeError("the embedded AWS is not running")
        return cls(cls.create(_registry, {cls.name_property: resource_name, **cloudformation_json["Properties"]}))

    @classmethod
    @abstractmethod
    def create(cls, registry: Registry, properties: Properties) -> str:
        """Make the resource; its ARN."""


class _ComputeEnvironment(_Resource, CloudFormationModel):
    kind = "ComputeEnvironment"
    name_property = "ComputeEnvironmentName"

    @classmethod
    def create(cls, registry: Registry, properties: Properties) -> str:
        return registry.create_environment(to_request("CreateComputeEnvironment", properties)).arn


class _JobQueue(_Resource, CloudFormationModel):
    kind = "JobQueue"
    name_property = "JobQueueName"

    @classmethod
    def create(cls, registry: Registry, properties: Properties) -> str:
        return registry.create_queue(to_request("CreateJobQueue", properties)).arn


class _JobDefinition(_Resource, CloudFormationModel):
    kind = "JobDefinition"
    name_property = "JobDefinitionName"

    @classmethod
    def create(cls, registry: Registry, properties: Properties) -> str:
        return registry.register_definition(to_request("RegisterJobDefinition", properties)).arn
