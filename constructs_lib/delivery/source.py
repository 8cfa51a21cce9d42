"""Where the source of an image is: a ZIP file in S3, or a branch of a Git repository."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codepipeline_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.tokens import resolved
from constructs_lib.rules import Rule

_CONNECTION: Final = re.compile(r"arn:[\w-]+:(codeconnections|codestar-connections):[\w-]+:\d{12}:connection/[\w-]+")
_REPOSITORY: Final = re.compile(r"[^\s/:]+(/[^\s/:]+)+")
_ACTION_NAME: Final = "Source"

MakeAction = Callable[[codepipeline.Pipeline, codepipeline.Artifact], codepipeline.IAction]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSource:
    """The source of an `ImagePipeline`; made by one of the class methods.

    Args:
        action: makes the action that fetches it, for a pipeline, and what starts that pipeline.
    """

    action: MakeAction

    @classmethod
    def from_s3(cls, bucket: s3.IBucket, key: str) -> Self:
        """A ZIP file in a bucket; each new version of it is built.

        Sources: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html and
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html

        Args:
            bucket: which has to be versioned; it is configured to send its events to EventBridge.
            key: the name of the file.

        Raises:
            ConfigurationError: a key that names no ZIP file, or a bucket of this app that keeps no versions.
        """
        if resolved(key) and (not key.endswith(".zip") or key.startswith("/")):
            raise Rule.SOURCE_IN_S3.error(
                "ImageSource.from_s3",
                got=repr(key),
                expected="the key of a ZIP file is needed",
                fix="Put it there as 'source.zip'.",
            )
        made_here = bucket.node.default_child
        if isinstance(made_here, s3.CfnBucket) and made_here.versioning_configuration is None:
            expected = "CodePipeline fetches a version of the file, so that the bucket has to keep them"
            raise Rule.SOURCE_IN_S3.error(
                "ImageSource.from_s3", got=bucket.node.path, expected=expected, fix="Make it with versioned=True."
            )

        def action(pipeline: codepipeline.Pipeline, output: codepipeline.Artifact) -> codepipeline.IAction:
            # By the bucket's own events: aws-cdk-lib's trigger waits for a trail of CloudTrail, which it does not make.
            bucket.enable_event_bridge_notification()
            events.Rule(
                pipeline,
                "SourceChanged",
                description="There is a new version of the source of an image",
                event_pattern=events.EventPattern(
                    source=["aws.s3"],
                    detail_type=["Object Created"],
                    detail={"bucket": {"name": [bucket.bucket_name]}, "object": {"key": [key]}},
                ),
                targets=[targets.CodePipeline(pipeline)],
            )
            return actions.S3SourceAction(
                action_name=_ACTION_NAME,
                bucket=bucket,
                bucket_key=key,
                output=output,
                trigger=actions.S3Trigger.NONE,
            )

        return cls(action=action)

    @classmethod
    def from_git(cls, connection_arn: str, repository: str, *, branch: str = "main") -> Self:
        """A branch in GitHub, GitLab or Bitbucket; each push to it is built.

        A connection is made once, in the console, where the owner of the repository agrees to it.
        Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html

        Args:
            connection_arn: of AWS CodeConnections.
            repository: ``owner/name``.
            branch: its name.

        Raises:
            ConfigurationError: no ARN of a connection, or no name of a repository.
        """
        if resolved(connection_arn) and not _CONNECTION.fullmatch(connection_arn):
            expected = "the ARN of a connection is needed"
            raise Rule.SOURCE_IN_GIT.error(
                "ImageSource.from_git",
                got=repr(connection_arn),
                expected=expected,
                fix="Copy it from Developer Tools, Settings, Connections.",
            )
        if resolved(repository) and not _REPOSITORY.fullmatch(repository):
            raise Rule.SOURCE_IN_GIT.error(
                "ImageSource.from_git",
                got=repr(repository),
                expected="owner/name is needed",
                fix="Leave out the address of the provider.",
            )
        owner, _, name = repository.rpartition("/")

        def action(pipeline: codepipeline.Pipeline, output: codepipeline.Artifact) -> codepipeline.IAction:
            role = iam.Role(pipeline, "SourceRole", assumed_by=iam.ArnPrincipal(pipeline.role.role_arn))
            # aws-cdk-lib knows the action by the name that it had before 2024; connections of today have the new one.
            # https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
            statement = iam.PolicyStatement(actions=["codeconnections:UseConnection"], resources=[connection_arn])
            role.add_to_policy(statement)
            return actions.CodeStarConnectionsSourceAction(
                action_name=_ACTION_NAME,
                connection_arn=connection_arn,
                owner=owner,
                repo=name,
                branch=branch,
                output=output,
                role=role,
            )

        return cls(action=action)
