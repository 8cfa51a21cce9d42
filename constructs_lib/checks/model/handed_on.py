"""What somebody unknown is told of, and may change: custom resources, and stacks whose template is not here.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
"""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.model.resources import NESTED, Model, Resource
from constructs_lib.templates.unknown import resources_in

_CUSTOM: Final = "AWS::CloudFormation::CustomResource"
_ELSEWHERE: Final = "AWS::Serverless::Application"
_HARMLESS: Final = ("Custom::VpcRestrictDefaultSG",)
"""Of the CDK: it empties the default security group of a VPC, and does nothing else."""


def handed_on(model: Model) -> frozenset[str]:
    """The keys of the resources that something is given whose doings nobody knows."""
    return frozenset().union(*(resources_in(resource.properties) for resource in _strangers(model)))


def _strangers(model: Model) -> Iterator[Resource]:
    for name in model.types:
        is_custom = name == _CUSTOM or (name.startswith("Custom::") and name not in _HARMLESS)
        if is_custom or name == _ELSEWHERE or name.endswith("::MODULE"):
            yield from model.of_type(name)
    for resource in model.of_type(NESTED):
        if resource.logical_id not in resource.stack.nested:
            yield resource
