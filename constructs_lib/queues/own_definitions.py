"""Job definitions that users register without this app, within limits that IAM enforces."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aws_cdk import aws_iam as iam

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arns import own_definitions
from constructs_lib.core.checked.arguments import checked
from constructs_lib.rules import Rule

_PREFIX: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@checked
@dataclass(frozen=True, kw_only=True)
class OwnDefinitions:
    """What a submitter may register, and then submit: job definitions of their own, by name, image, user and roles.

    IAM checks the conditions when a definition is registered. Definitions of several containers and of Amazon EKS
    do not have image and user where IAM compares them, and so cannot be registered.
    Source: https://docs.aws.amazon.com/batch/latest/userguide/iam-example-job-def.html

    Args:
        prefix: with which the names begin; no other definition of the account may begin with it.
        images: that they may run; ``*`` stands for any text, but not at the beginning.
        users: as which they may run, such as ``"1000:1000"``; a definition has to name one of them.
        roles: that the definitions may have as job role or execution role. Default: none.
        privileged: whether containers may have root privileges on the instance. Default: no.

    Raises:
        ConfigurationError: when it is granted: no prefix, no image or every image, no user.
    """

    prefix: str
    images: Sequence[str]
    users: Sequence[str]
    roles: Sequence[iam.IRole] = ()
    privileged: bool = False

    def check(self, place: ArgumentPath) -> None:
        """Refuse limits that are none."""
        if not _PREFIX.fullmatch(self.prefix):
            raise Rule.OWN_DEFINITIONS.error(
                place,
                got=f"the prefix {self.prefix!r}",
                expected="names begin with letters, digits, hyphens and underscores, and without any prefix the "
                "definitions of everybody could get new revisions",
                fix="Choose a prefix that no other user has.",
            )
        if not self.images or any(image.startswith("*") for image in self.images):
            raise Rule.OWN_DEFINITIONS.error(
                place,
                got=f"the images {list(self.images)!r}",
                expected="an image is named at least by its registry",
                fix="Name repositories, with * for the tag.",
            )
        if not self.users or "*" in self.users:
            raise Rule.OWN_DEFINITIONS.error(
                place,
                got=f"the users {list(self.users)!r}",
                expected="a definition that names no user runs as the image likes, often as root",
                fix='Name users by number, such as "1000:1000".',
            )

    @property
    def arns(self) -> list[str]:
        """What they are submitted by."""
        return [own_definitions(f"{self.prefix}*")]

    def statements(self) -> list[iam.PolicyStatement]:
        """What lets somebody register them, give them their roles, and remove them."""
        conditions = {
            "StringLike": {"batch:Image": list(self.images)},
            "StringEquals": {"batch:User": list(self.users)},
            **({} if self.privileged else {"Bool": {"batch:Privileged": "false"}}),
        }
        register = iam.PolicyStatement(
            actions=["batch:RegisterJobDefinition"], resources=self.arns, conditions=conditions
        )
        remove = iam.PolicyStatement(actions=["batch:DeregisterJobDefinition"], resources=self.arns)
        return [register, remove, *self._pass_roles()]

    def _pass_roles(self) -> list[iam.PolicyStatement]:
        if not self.roles:
            return []
        to_tasks = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
        roles = [role.role_arn for role in self.roles]
        return [iam.PolicyStatement(actions=["iam:PassRole"], resources=roles, conditions=to_tasks)]
