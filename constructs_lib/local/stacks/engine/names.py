"""The physical names of what a template gives no name: of the stack, the logical id, and something random.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html and the lengths
in the schemas of the resource types.
"""

import secrets
import string

from constructs_lib.templates.schemas import schema

_RANDOM = string.ascii_uppercase + string.digits
_RANDOM_LENGTH = 12
_SHORT = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": 32,
    "AWS::ElasticLoadBalancingV2::TargetGroup": 32,
    "AWS::S3::Bucket": 63,
    "AWS::SQS::Queue": 80,
    "AWS::IAM::Role": 64,
    "AWS::Lambda::Function": 64,
    "AWS::StepFunctions::StateMachine": 80,
    "AWS::Events::EventBus": 256,
    "AWS::Events::Rule": 64,
}
"""Lengths that the schemas do not tell."""
_LONGEST = 128
_LOWER_CASE = {"AWS::S3::Bucket", "AWS::ECR::Repository", "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"}


def physical_name(resource_type: str, stack_name: str, logical_id: str) -> str:
    """A name that no other resource has, as long as its service allows."""
    random = "".join(secrets.choice(_RANDOM) for _ in range(_RANDOM_LENGTH))
    longest = _length(resource_type)
    # What is cut is the end of both names, as CloudFormation does it: the random part is whole.
    room = longest - len(random) - 2
    of_logical_id = logical_id[: max(room - len(stack_name), room // 2)]
    of_stack = stack_name[: room - len(of_logical_id)].rstrip("-")
    name = f"{of_stack}-{of_logical_id}-{random}"
    return name.lower() if resource_type in _LOWER_CASE else name


def _length(resource_type: str) -> int:
    found = schema(resource_type)
    told = found.properties[found.name_property].get("maxLength") if found and found.name_property else None
    return min(_SHORT.get(resource_type, _LONGEST), told or _LONGEST)
