"""Custom resources: made, but their Lambda functions are not run; the one by which the CDK empties buckets is emulated.

moto runs the function in Docker and lets the stack wait for its answer, which never comes where there is no Docker.
"""

from typing import Any, Self

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

AUTO_DELETE_OBJECTS = "Custom::S3AutoDeleteObjects"


class CustomResource(CloudFormationModel):
    """Stands for a custom resource; its attributes are empty."""

    def __init__(self, name: str, resource: dict[str, Any]) -> None:
        self.physical_resource_id = name
        self._resource = resource

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
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], *_: Any, **__: Any
    ) -> Self:
        """Make it, without a call to its function."""
        return cls(resource_name, cloudformation_json)

    def delete(self, account: str, region: str) -> None:
        """Delete it; a bucket with ``auto_delete_objects`` is emptied."""
        if self._resource["Type"] == AUTO_DELETE_OBJECTS:
            bucket = self._resource["Properties"]["BucketName"]
            s3_backends[account][get_partition(region)].get_bucket(bucket).keys.clear()


def install() -> None:
    """Let templates have custom resources."""
    parsing.CustomModel = CustomResource


def is_custom(resource_type: str) -> bool:
    """Whether a resource type is one of a Lambda function."""
    return resource_type.startswith("Custom::") or resource_type == CustomResource.cloudformation_type()
