"""Launch templates whose change reaches no instance."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import member
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        template = member(environment.resource.properties, "ComputeResources", "LaunchTemplate")
        named = member(template, "LaunchTemplateId") or member(template, "LaunchTemplateName")
        own = pipelines.model.resource(named)
        version = member(template, "Version")
        if own and own.type == "AWS::EC2::LaunchTemplate" and version in (None, "", "$Latest", "$Default"):
            path = ("ComputeResources", "LaunchTemplate")
            got = f"version {version or '$Default'} of {own.shown}"
            yield Found(environment.resource, path, got, "a change of the template would start no new instance")


RULE = Rule(
    id="CHECK401",
    title="a compute environment names a version of its launch template that changes with the template",
    severity="warning",
    otherwise=(
        "With $Latest, $Default or no version a change of the launch template changes no property of the "
        "environment: it goes on with instances of the old version."
    ),
    fix="Set Version to the attribute LatestVersionNumber of the template.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/launch-templates.html",
    example=Example(
        """
Template:
  Type: AWS::EC2::LaunchTemplate
  Properties: {LaunchTemplateData: {EbsOptimized: true}}
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources:
      Type: EC2
      MaxvCpus: 16
      InstanceTypes: [optimal]
      AllocationStrategy: BEST_FIT_PROGRESSIVE
      Subnets: [subnet-1]
      LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: <VALUE>}
""",
        wrong="$Latest",
        right="!GetAtt Template.LatestVersionNumber",
    ),
    look=_look,
)
