"""Environments that each change replaces."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.service_roles import is_service_linked
from constructs_lib.checks.model.values import flag, member
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.templates.unknown import Unknown

_IN_PLACE: Final = (("UpdatePolicy",), ("ComputeResources", "UpdateToLatestImageVersion"))
"""What has a meaning for updates in place only."""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        properties = environment.resource.properties
        replaced = properties.get("ReplaceComputeEnvironment", True)
        strategy = member(properties, "ComputeResources", "AllocationStrategy")
        can_be_updated = (
            environment.kind == "EC2"
            and strategy not in (None, "BEST_FIT")
            and is_service_linked(properties.get("ServiceRole"))
        )
        if not can_be_updated or isinstance(replaced, Unknown) or not flag(replaced):
            continue
        if "ReplaceComputeEnvironment" in properties:
            path = ("ReplaceComputeEnvironment",)
            yield Found(environment.resource, path, "true", "this environment can be updated in place")
        elif how := next((each for each in _IN_PLACE if member(properties, *each) is not None), None):
            got = f"{how[-1]} and no ReplaceComputeEnvironment, which is true"
            yield Found(environment.resource, how, got, "it says how the environment is updated, and it is replaced")


RULE = Rule(
    id="CHECK408",
    title="a compute environment is updated rather than replaced",
    severity="note",
    otherwise=(
        "A change of its types, images, subnets or launch template makes another environment, and may end the jobs of "
        "the old one; a new image of AWS reaches no environment that stays."
    ),
    fix="Set ReplaceComputeEnvironment to false, and UpdatePolicy to what running jobs may take.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-batch-computeenvironment.html",
    example=Example(
        """
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ReplaceComputeEnvironment: <VALUE>
    ComputeResources:
      Type: EC2
      MaxvCpus: 16
      InstanceTypes: [m5]
      AllocationStrategy: BEST_FIT_PROGRESSIVE
      Subnets: [subnet-1, subnet-2]
""",
        wrong="true",
        right="false",
    ),
    look=_look,
)
