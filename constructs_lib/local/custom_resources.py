"""Custom resources: made, but their Lambda functions are not run.

moto runs the function in Docker and lets the stack wait for its answer, which never comes where there is no Docker.
"""

from typing import Any, Self

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel


class CustomResource(CloudFormationModel):
    """Stands for a custom resource; its attributes are empty."""

    def __init__(self, name: str) -> None:
        self.physical_resource_id = name

    @classmethod
    def cloudformation_name_type(cls) -> str:
        """It has no property for its name."""
        return ""

    @classmethod
    def cloudformation_type(cls) -> str:
        """Moto finds it by the prefix ``Custom::``, not by this name."""
        return "AWS::CloudFormation::CustomResource"

    @classmethod
    def has_cfn_attr(cls, _: str) -> bool:
        """A function may answer with any attribute."""
        return True

    def get_cfn_attribute(self, _: str) -> str:
        """Every attribute is empty."""
        return ""

    def is_created(self) -> bool:
        """There is nothing to wait for."""
        return True

    @classmethod
    def create_from_cloudformation_json(cls, resource_name: str, *_: Any, **__: Any) -> Self:
        """Make it, without a call to its function."""
        return cls(resource_name)


def install() -> None:
    """Let templates have custom resources."""
    parsing.CustomModel = CustomResource


def is_custom(resource_type: str) -> bool:
    """Whether a resource type is one of a Lambda function."""
    return resource_type.startswith("Custom::") or resource_type == CustomResource.cloudformation_type()
