"""What CloudFormation calls to make a resource of a template, with the rights of whoever deploys.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from moto.core.utils import get_service_model

from constructs_lib.local.iam.requests.asked import Asked, Place, passed_role

_ACTIONS = {
    "AWS::Batch::JobDefinition": "batch:RegisterJobDefinition",
    "AWS::EC2::EIP": "ec2:AllocateAddress",
    "AWS::EC2::FlowLog": "ec2:CreateFlowLogs",
    "AWS::EC2::SubnetRouteTableAssociation": "ec2:AssociateRouteTable",
    "AWS::EC2::VPCGatewayAttachment": "ec2:AttachInternetGateway",
    "AWS::ECS::TaskDefinition": "ecs:RegisterTaskDefinition",
    "AWS::Events::Rule": "events:PutRule",
    "AWS::IAM::Policy": "iam:PutRolePolicy",
    "AWS::Lambda::Permission": "lambda:AddPermission",
    "AWS::S3::BucketPolicy": "s3:PutBucketPolicy",
    "AWS::SNS::Subscription": "sns:Subscribe",
    "AWS::SQS::QueuePolicy": "sqs:SetQueueAttributes",
    "AWS::SSM::Parameter": "ssm:PutParameter",
    "AWS::StepFunctions::StateMachineVersion": "states:PublishStateMachineVersion",
}
"""Where it is not ``Create`` and the name of the resource."""
_PREFIXES = {"StepFunctions": "states"}
"""IAM's names of services, where they are not CloudFormation's in lower case."""
_MODELS = {"states": "stepfunctions"}
_TAKEN_ON_BY = {
    "AWS::Batch::ComputeEnvironment": "batch.amazonaws.com",
    "AWS::Batch::JobDefinition": "ecs-tasks.amazonaws.com",
    "AWS::EC2::FlowLog": "vpc-flow-logs.amazonaws.com",
    "AWS::ECS::TaskDefinition": "ecs-tasks.amazonaws.com",
    "AWS::Events::Rule": "events.amazonaws.com",
    "AWS::Lambda::Function": "lambda.amazonaws.com",
    "AWS::StepFunctions::StateMachine": "states.amazonaws.com",
}
"""The service that gets the roles in the properties of a resource."""


def asked_to_make(resource_type: str, properties: Mapping[str, Any], place: Place) -> list[Asked]:
    """What IAM is asked when a resource is made.

    Its ARN is not known before, so that a policy that allows the action on any resource allows it. Types whose calls
    are not known here ask for nothing.

    Args:
        resource_type: such as ``AWS::Batch::JobQueue``.
        properties: of the resource, without references.
        place: where it is made.
    """
    action = _ACTIONS.get(resource_type) or _create(resource_type)
    service = _TAKEN_ON_BY.get(resource_type)
    passed = sorted(set(_roles(properties))) if service else []
    own = [Asked(action, None)] if action else []
    return own + [item for role in passed for item in passed_role(role, service or "", place)]


@lru_cache(maxsize=256)
def _create(resource_type: str) -> str | None:
    _, service, name = resource_type.split("::", 2) if resource_type.count("::") > 1 else ("", "", "")
    prefix = _PREFIXES.get(service, service.lower())
    try:
        operations = get_service_model(_MODELS.get(prefix, prefix)).operation_names
    except Exception:  # noqa: BLE001 - botocore raises several for what is no service
        return None
    found = {operation.lower(): operation for operation in operations}.get(f"create{name}".lower())
    return f"{prefix}:{found}" if found else None


_ROLE = re.compile(r"arn:[\w-]+:iam::[^\n]*:role/")


def _roles(value: Any) -> Iterator[str]:
    if isinstance(value, str) and _ROLE.match(value) and "\n" not in value:
        yield value
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _roles(item)
