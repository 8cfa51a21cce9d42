"""How many subnets and security groups an environment of Fargate has."""

from collections.abc import Iterator
from typing import Final

from constructs_lib import limits
from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import items, member
from constructs_lib.checks.rule import Found, Rule

_MOST: Final = {
    "SecurityGroupIds": limits.MAX_FARGATE_SECURITY_GROUPS,
    "Subnets": limits.MAX_FARGATE_SUBNETS,
}


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        if environment.kind != "FARGATE":
            continue
        for name, most in _MOST.items():
            listed = items(member(environment.resource.properties, "ComputeResources", name))
            if listed is not None and not 1 <= len(listed) <= most:
                path = ("ComputeResources", *((name,) if listed else ()))
                yield Found(environment.resource, path, f"{len(listed) or 'no'} {name}", f"Fargate takes 1 to {most}")


RULE = Rule(
    id="CHECK317",
    title="an environment of Fargate has 1 to 5 security groups and 1 to 16 subnets",
    severity="error",
    otherwise="The environment is refused.",
    fix="Name them in SecurityGroupIds and Subnets; there is no launch template that could.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html",
    example=Example(
        """
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources: {Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: <VALUE>, Subnets: [subnet-1, subnet-2]}
""",
        wrong="[sg-1, sg-2, sg-3, sg-4, sg-5, sg-6]",
        right="[sg-1]",
    ),
    look=_look,
)
