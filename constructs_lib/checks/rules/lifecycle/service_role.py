"""Environments of which a role of their own blocks updates."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.policies import ROLE
from constructs_lib.checks.model.service_roles import is_service_linked
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        role = environment.resource.properties.get("ServiceRole")
        own = pipelines.model.resource(role)
        is_other = isinstance(role, str) or (own is not None and own.type == ROLE)
        if environment.kind and is_other and not is_service_linked(role):
            shown = own.shown if own else role
            yield Found(environment.resource, ("ServiceRole",), f"{shown}", "only the service-linked role can do that")


RULE = Rule(
    id="CHECK407",
    title="a compute environment is updated in place by the service-linked role",
    severity="note",
    otherwise=(
        "With another role the environment takes no infrastructure update: a change of its subnets, types, images or "
        "launch template replaces it, or is refused."
    ),
    fix="Leave ServiceRole out: AWS Batch takes AWSServiceRoleForBatch, and makes it if it is missing.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/updating-compute-environments.html",
    example=Example(
        """
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ServiceRole: <VALUE>
    ComputeResources: {Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1, subnet-2]}
""",
        wrong="arn:aws:iam::123456789012:role/batch",
        right="!Ref AWS::NoValue",
    ),
    look=_look,
)
