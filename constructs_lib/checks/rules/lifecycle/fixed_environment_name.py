"""Environments whose replacement would fail."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import text
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        if name := text(environment.resource.properties.get("ComputeEnvironmentName")):
            yield Found(
                environment.resource, ("ComputeEnvironmentName",), name, "a replacement needs a name that is free"
            )


RULE = Rule(
    id="CHECK402",
    title="a compute environment that can be replaced has no physical name",
    severity="warning",
    otherwise=(
        "CloudFormation makes the new environment before it deletes the old one, and a name can be used once: "
        "a change that replaces the environment, such as one of its tags, fails."
    ),
    fix="Leave ComputeEnvironmentName out; CloudFormation then makes a name.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-batch-computeenvironment.html",
    example=Example(
        """
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeEnvironmentName: <VALUE>
    ComputeResources: {Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1]}
""",
        wrong="charts",
        right="!Ref AWS::NoValue",
    ),
    look=_look,
)
