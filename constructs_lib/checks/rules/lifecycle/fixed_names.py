"""Physical names that a replacement needs a second time."""

from collections.abc import Iterator, Mapping
from typing import Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import text
from constructs_lib.checks.rule import Found, Rule

_REPLACED_BY: Final[Mapping[str, tuple[str, str]]] = {
    "AWS::EC2::SecurityGroup": ("GroupName", "GroupDescription and VpcId"),
    "AWS::ECR::Repository": ("RepositoryName", "EncryptionConfiguration"),
    "AWS::Batch::ConsumableResource": ("ConsumableResourceName", "ResourceType"),
    "AWS::Batch::JobQueue": ("JobQueueName", "JobQueueType"),
}
"""By type: the property with the name, and those besides of which a change replaces the resource."""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for kind, (key, others) in _REPLACED_BY.items():
        for resource in pipelines.of_type(kind):
            name = text(resource.properties.get(key))
            if name and (kind != "AWS::Batch::JobQueue" or "JobQueueType" in resource.properties):
                yield Found(
                    resource, (key,), name, f"a change of {others} makes another one, whose name has to be free"
                )


RULE = Rule(
    id="CHECK406",
    title="what a change replaces has no physical name",
    severity="note",
    otherwise=(
        "CloudFormation makes the new resource before it deletes the old one, and a name can be used once: the "
        "deployment fails, `already exists`. Definitions, launch templates, scheduling policies and queues are "
        "changed in place, and may have names."
    ),
    fix="Leave the name out; CloudFormation then makes one.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html",
    example=Example(
        """
Group:
  Type: AWS::EC2::SecurityGroup
  Properties: {GroupName: <VALUE>, GroupDescription: Jobs, VpcId: vpc-1}
""",
        wrong="jobs",
        right="!Ref AWS::NoValue",
    ),
    look=_look,
)
