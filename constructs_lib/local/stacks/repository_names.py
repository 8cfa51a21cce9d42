"""Gap: moto names repositories of ECR with capitals, which its ECR refuses, and makes another with each update.

CloudFormation names them in lower case, and an update leaves the name and the images as they are.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html
"""

from typing import Any

from moto.cloudformation import parsing
from moto.ecr.models import Repository

_generate = parsing.generate_resource_name
_update = Repository.update_from_cloudformation_json.__func__


def install() -> None:
    """Name them in lower case, once."""
    parsing.generate_resource_name = _generate_in_lower_case
    Repository.update_from_cloudformation_json = classmethod(_update_under_its_name)


def _generate_in_lower_case(resource_type: str, stack_name: str, logical_id: str) -> str:
    name = str(_generate(resource_type, stack_name, logical_id))
    return name.lower() if resource_type == "AWS::ECR::Repository" else name


def _update_under_its_name(cls: type[Any], /, *, original_resource: Any, new_resource_name: str, **given: Any) -> Any:
    own = "RepositoryName" in given["cloudformation_json"]["Properties"]
    name = new_resource_name if own else original_resource.name
    return _update(cls, original_resource=original_resource, new_resource_name=name, **given)
