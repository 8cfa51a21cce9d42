from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codepipeline_actions as actions
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template

from constructs_lib import ConfigurationError, ImageSource

CONNECTION = "arn:aws:codeconnections:eu-west-1:123456789012:connection/0a1b"


@pytest.fixture
def bucket(stack: Stack) -> s3.Bucket:
    return s3.Bucket(stack, "Sources", versioned=True)


def fetched(stack: Stack, source: ImageSource) -> dict[str, Any]:
    """The action of a pipeline with this source."""
    output = codepipeline.Artifact("Source")
    pipeline = codepipeline.Pipeline(stack, "Pipeline", pipeline_type=codepipeline.PipelineType.V2)
    pipeline.add_stage(stage_name="Source", actions=[source.action(pipeline, output)])
    approval = actions.ManualApprovalAction(action_name="Approve")
    pipeline.add_stage(stage_name="Approval", actions=[approval])
    [found] = Template.from_stack(stack).find_resources("AWS::CodePipeline::Pipeline").values()
    action: dict[str, Any] = found["Properties"]["Stages"][0]["Actions"][0]
    return action


class TestFromS3:
    def test_a_new_version_starts_the_pipeline_by_an_event_of_the_bucket(self, stack: Stack, bucket: s3.Bucket) -> None:
        action = fetched(stack, ImageSource.from_s3(bucket, "jobs/source.zip"))
        assert action["Configuration"]["S3ObjectKey"] == "jobs/source.zip"
        assert action["Configuration"]["PollForSourceChanges"] is False
        template = Template.from_stack(stack)
        template.has_resource_properties(
            "Custom::S3BucketNotifications", {"NotificationConfiguration": {"EventBridgeConfiguration": {}}}
        )
        [rule] = template.find_resources("AWS::Events::Rule").values()
        assert rule["Properties"]["EventPattern"] == {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {
                "bucket": {"name": [stack.resolve(bucket.bucket_name)]},
                "object": {"key": ["jobs/source.zip"]},
            },
        }

    @pytest.mark.parametrize("key", ["", "source", "source.tar.gz", "/source.zip"])
    def test_another_kind_of_file_is_refused(self, bucket: s3.Bucket, key: str) -> None:
        with pytest.raises(ConfigurationError, match=r"ImageSource.from_s3: got '.*', the key of a ZIP.*\(IMAGE008\)"):
            ImageSource.from_s3(bucket, key)

    def test_a_bucket_without_versions_is_refused(self, stack: Stack) -> None:
        with pytest.raises(ConfigurationError, match="got Stack/Plain, CodePipeline fetches a version"):
            ImageSource.from_s3(s3.Bucket(stack, "Plain"), "source.zip")

    def test_a_bucket_of_elsewhere_is_not_judged(self, stack: Stack) -> None:
        action = fetched(stack, ImageSource.from_s3(s3.Bucket.from_bucket_name(stack, "Other", "other"), "source.zip"))
        assert action["Configuration"]["S3Bucket"] == "other"


class TestFromGit:
    def test_a_push_to_the_branch_starts_the_pipeline(self, stack: Stack) -> None:
        action = fetched(stack, ImageSource.from_git(CONNECTION, "example/pipeline", branch="release"))
        assert action["Configuration"] == {
            "BranchName": "release",
            "ConnectionArn": CONNECTION,
            "FullRepositoryId": "example/pipeline",
        }

    @pytest.mark.parametrize("prefix", ["codeconnections", "codestar-connections"])
    def test_the_connection_may_be_used_by_the_name_of_its_service(self, stack: Stack, prefix: str) -> None:
        arn = CONNECTION.replace("codeconnections", prefix)
        fetched(stack, ImageSource.from_git(arn, "example/pipeline"))
        statement = {"Action": f"{prefix}:UseConnection", "Effect": "Allow", "Resource": arn}
        document = {"Statement": Match.array_with([statement])}
        Template.from_stack(stack).has_resource_properties("AWS::IAM::Policy", {"PolicyDocument": document})

    def test_groups_of_gitlab(self, stack: Stack) -> None:
        action = fetched(stack, ImageSource.from_git(CONNECTION, "example/data/pipeline"))
        assert action["Configuration"]["FullRepositoryId"] == "example/data/pipeline"

    @pytest.mark.parametrize("arn", ["", "example", "arn:aws:codecommit:eu-west-1:123456789012:pipeline"])
    def test_what_is_no_connection_is_refused(self, arn: str) -> None:
        with pytest.raises(ConfigurationError, match=r"from_git: got '.*', the ARN of a connection.*\(IMAGE014\)"):
            ImageSource.from_git(arn, "example/pipeline")

    @pytest.mark.parametrize("repository", ["", "pipeline", "https://github.com/example/pipeline", "/pipeline"])
    def test_what_is_no_repository_is_refused(self, repository: str) -> None:
        with pytest.raises(ConfigurationError, match="owner/name is needed"):
            ImageSource.from_git(CONNECTION, repository)
