"""Policies for updates that Fargate does not have."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        if environment.kind == "FARGATE" and isinstance(environment.resource.properties.get("UpdatePolicy"), dict):
            got = f"UpdatePolicy with {environment.resource_type}"
            yield Found(environment.resource, ("UpdatePolicy",), got, "only environments of EC2 have one")


RULE = Rule(
    id="CHECK409",
    title="an environment of Fargate has no UpdatePolicy",
    severity="warning",
    otherwise="The next update is refused: updatePolicy can't be updated for Fargate compute environment.",
    fix=(
        "Leave UpdatePolicy out. aws-cdk-lib writes one: take it out by "
        "`environment.node.default_child.add_property_deletion_override('UpdatePolicy')`."
    ),
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_UpdatePolicy.html",
    example=Example(
        """
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    UpdatePolicy: <VALUE>
    ComputeResources: {Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1, subnet-2]}
""",
        wrong="{TerminateJobsOnUpdate: false}",
        right="!Ref AWS::NoValue",
    ),
    look=_look,
)
