"""Cost allocation tags: attribute costs to a pipeline."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Tags
from constructs import IConstruct

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.names import check_tags
from constructs_lib.rules import Rule

_ENVIRONMENT = "AWS::Batch::ComputeEnvironment"
_MOST = 40
"""Of the 50 tags of a task, the others are for jobs and for what AWS adds."""


@checked
@dataclass(frozen=True, kw_only=True)
class CostTags:
    """Cost allocation tags, on all that AWS Batch makes: `apply` them to a stack or to a part of it.

    They get to everything that has tags: queues, definitions, policies, log groups, buckets; to the instances and
    volumes that an `Ec2ComputeEnvironment` starts, by its launch template; and to the ECS tasks of jobs, on EC2 and
    Fargate, because a `ContainerJob` propagates its tags. Environments cost nothing and are left out, because
    CloudFormation replaces one when a tag of it changes, and fails if it has a physical name. Costs show up by tag when
    the keys have been activated as cost allocation tags in the Billing console of the paying account, from that day on;
    EC2 costs of tasks that share an instance are split by task only with split cost allocation data.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/tag-resources.html and
    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html

    Args:
        tags: values by key, such as ``{"project": "genomics", "team": "imaging"}``.
        environments: put them on compute environments as well, from which ECS managed instances have theirs, and which
            policies of an organization may want. Default: they are not.

    Raises:
        ConfigurationError: no tag, more than 40, or one that AWS refuses.
    """

    tags: Mapping[str, str]
    environments: bool = False

    def __post_init__(self) -> None:
        """Check them."""
        if not 1 <= len(self.tags) <= _MOST:
            raise Rule.COST_TAGS.error(
                "CostTags",
                got=f"{len(self.tags)} tags",
                expected=f"1 to {_MOST}, so that 50 are enough for a task",
                fix="Keep what is billed by.",
            )
        check_tags("CostTags", self.tags)

    def apply(self, *scopes: IConstruct) -> None:
        """Tag all that is in some constructs, also what is added to them later.

        Args:
            scopes: such as a stack.
        """
        excluded = None if self.environments else [_ENVIRONMENT]
        for scope in scopes:
            for key, value in self.tags.items():
                Tags.of(scope).add(key, value, exclude_resource_types=excluded)
