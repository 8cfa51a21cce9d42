"""Tags that each deployment changes."""

import re
from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule

_CHANGING: Final = re.compile(
    r"(app|code|git|image|stack)?(version|commit(id|sha|hash)?|sha|revision|release|build(id|number)?)"
    r"|timestamp|date|deployedat|(build|deploy|deployment|release)(date|id|number|time)|last(deployed|modified|updated)"
)


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        tags = environment.resource.properties.get("Tags")
        for key in tags if isinstance(tags, dict) else ():
            if _CHANGING.fullmatch(re.sub(r"[^a-z0-9]", "", str(key).lower())):
                got = f"the tag {key}, whose value changes from time to time"
                yield Found(environment.resource, ("Tags", key), got, "each change replaces the environment")


RULE = Rule(
    id="CHECK410",
    title="a compute environment has no tag that each deployment changes",
    severity="warning",
    otherwise=(
        "Tags of an environment are changed by a replacement alone: each deployment makes another environment and may "
        "end the jobs of the old one, or fails if the environment has a physical name."
    ),
    fix="Leave that tag off environments; tags in ComputeResources are those of the instances.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-batch-computeenvironment.html",
    example=Example(
        """
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    Tags: <VALUE>
    ComputeResources: {Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1, subnet-2]}
""",
        wrong="{git-commit: 4f2c1d9}",
        right="{team: maps}",
    ),
    look=_look,
)
