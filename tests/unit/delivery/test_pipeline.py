from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from constructs_lib import ConfigurationError, ContainerJob, ImagePipeline, ImageRepository, ImageSource

Make = Callable[..., Any]

ARM_64 = ec2.InstanceArchitecture.ARM_64
X86_64 = ec2.InstanceArchitecture.X86_64


@pytest.fixture
def make_pipeline(stack: Stack, repository: ImageRepository) -> Make:
    """Makes a pipeline for jobs; what a test does not give is right."""

    def make(*jobs: ContainerJob, **options: Any) -> ImagePipeline:
        source = ImageSource.from_s3(s3.Bucket(stack, "Sources", versioned=True), "source.zip")
        given = {"source": source, "repository": repository, "jobs": jobs, **options}
        return ImagePipeline(stack, "Pipeline", **given)

    return make


def one(template: Template, kind: str, prefix: str = "Pipeline") -> dict[str, Any]:
    """The properties of the one resource of a type that the pipeline made."""
    found = [item for name, item in template.find_resources(kind).items() if name.startswith(prefix)]
    assert len(found) == 1
    properties: dict[str, Any] = found[0]["Properties"]
    return properties


class TestByDefault:
    @pytest.fixture
    def template(self, stack: Stack, report: ContainerJob, make_pipeline: Make) -> Template:
        make_pipeline(report)
        return Template.from_stack(stack)

    def test_a_changed_source_is_built_and_of_two_only_the_later(self, template: Template) -> None:
        pipeline = one(template, "AWS::CodePipeline::Pipeline")
        assert pipeline["PipelineType"] == "V2"
        assert pipeline["ExecutionMode"] == "SUPERSEDED"
        providers = [action["ActionTypeId"]["Provider"] for stage in pipeline["Stages"] for action in stage["Actions"]]
        assert providers == ["S3", "CodeBuild"]

    def test_copies_of_the_source_are_encrypted_private_and_gone_after_a_week(self, template: Template) -> None:
        bucket = one(template, "AWS::S3::Bucket")
        [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert [rule["ExpirationInDays"] for rule in bucket["LifecycleConfiguration"]["Rules"]] == [7]
        [statement] = one(template, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}

    def test_the_build_runs_docker_on_the_processor_of_the_image(self, template: Template) -> None:
        project = one(template, "AWS::CodeBuild::Project")
        environment = project["Environment"]
        assert environment["PrivilegedMode"] is True
        assert (environment["Type"], variables(project)["PLATFORM"]) == ("LINUX_CONTAINER", "linux/amd64")
        assert (variables(project)["CONTEXT"], variables(project)["DOCKERFILE"]) == (".", "Dockerfile")
        assert project["TimeoutInMinutes"] == 60

    def test_logs_do_not_stay_for_ever(self, template: Template) -> None:
        groups = template.find_resources("AWS::Logs::LogGroup")
        kept = {group["Properties"]["RetentionInDays"] for name, group in groups.items() if name.startswith("Pipeline")}
        assert kept == {30}

    def test_the_build_pushes_to_this_repository_and_calls_this_function(self, template: Template) -> None:
        statements = one(template, "AWS::IAM::Policy", "PipelineBuildRoleDefaultPolicy")["PolicyDocument"]["Statement"]
        by_action = {action: item for item in statements for action in as_list(item["Action"])}
        [images] = template.find_resources("AWS::ECR::Repository")
        assert by_action["ecr:PutImage"]["Resource"] == {"Fn::GetAtt": [images, "Arn"]}
        [function] = [name for name in template.find_resources("AWS::Lambda::Function") if "Revisions" in name]
        arn = {"Fn::GetAtt": [function, "Arn"]}
        latest = {"Fn::Join": ["", [arn, ":$LATEST"]]}
        assert by_action["lambda:InvokeFunction"]["Resource"] == [latest, arn]
        assert [item["Action"] for item in statements if item["Resource"] == "*"] == ["ecr:GetAuthorizationToken"]

    def test_the_build_calls_the_function_no_event_does(self, template: Template) -> None:
        [rule] = template.find_resources("AWS::Events::Rule").values()
        assert rule["Properties"]["EventPattern"]["source"] == ["aws.s3"]


def test_every_option(stack: Stack, report: ContainerJob, make_pipeline: Make) -> None:
    made = make_pipeline(
        report,
        directory="jobs/report",
        file="docker/Dockerfile",
        architecture=ARM_64,
        timeout=Duration.minutes(5),
        encryption_key=kms.Key(stack, "Key"),
        log_retention=logs.RetentionDays.ONE_WEEK,
    )
    assert made.node.path == "Stack/Pipeline"
    template = Template.from_stack(stack)
    project = one(template, "AWS::CodeBuild::Project")
    assert (project["Environment"]["Type"], variables(project)["PLATFORM"]) == ("ARM_CONTAINER", "linux/arm64")
    paths = variables(project)["CONTEXT"], variables(project)["DOCKERFILE"]
    assert paths == ("jobs/report", "docker/Dockerfile")
    assert project["TimeoutInMinutes"] == 5
    [encryption] = one(template, "AWS::S3::Bucket")["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert project["EncryptionKey"] == encryption["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]
    template.resource_properties_count_is("AWS::Logs::LogGroup", {"RetentionInDays": 7}, 2)


def test_the_jobs_tell_the_processor(
    stack: Stack, repository: ImageRepository, make_job: Make, make_pipeline: Make
) -> None:
    make_pipeline(make_job(image=repository.image(architecture=ARM_64)))
    project = one(Template.from_stack(stack), "AWS::CodeBuild::Project")
    assert variables(project)["PLATFORM"] == "linux/arm64"


class TestRefusals:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"directory": ""}, r"ImagePipeline 'Stack/Pipeline'.*directory.*: got '', a path inside .* \(IMAGE009\)"),
            ({"directory": "/jobs"}, "directory.*: got '/jobs'"),
            ({"directory": "jobs/../../secrets"}, "directory.*: got 'jobs/../../secrets'"),
            ({"file": "../Dockerfile"}, r"file.*: got '../Dockerfile'"),
            ({"timeout": Duration.minutes(4)}, r"timeout.*: got 4 minutes, AWS CodeBuild allows 5 to 2,160 minutes"),
            ({"timeout": Duration.hours(37)}, r"timeout.*: got 2,220 minutes"),
        ],
    )
    def test_what_codebuild_cannot_build(
        self, report: ContainerJob, make_pipeline: Make, options: dict[str, Any], message: str
    ) -> None:
        with pytest.raises(ConfigurationError, match=message):
            make_pipeline(report, **options)

    def test_one_image_for_two_processors(
        self, stack: Stack, repository: ImageRepository, make_job: Make, make_pipeline: Make
    ) -> None:
        arm = make_job(image=repository.image(architecture=ARM_64))
        size = {"vcpus": 1, "memory": Size.mebibytes(512)}
        x86 = ContainerJob(stack, "X86", image=repository.image(architecture=X86_64), **size)
        with pytest.raises(
            ConfigurationError, match=r"got ARM_64 with Stack/X86 \(X86_64\), a pipeline .*\(IMAGE010\)"
        ):
            make_pipeline(arm, x86)

    def test_another_processor_than_that_of_the_jobs(
        self, repository: ImageRepository, make_job: Make, make_pipeline: Make
    ) -> None:
        arm = make_job(image=repository.image(architecture=ARM_64))
        with pytest.raises(ConfigurationError, match=r"got X86_64 with Stack/Job \(ARM_64\)"):
            make_pipeline(arm, architecture=X86_64)

    def test_a_job_that_runs_an_image_of_elsewhere(self, make_job: Make, make_pipeline: Make) -> None:
        with pytest.raises(ConfigurationError, match="which runs an image of elsewhere"):
            make_pipeline(make_job())


def variables(project: dict[str, Any]) -> dict[str, Any]:
    return {item["Name"]: item["Value"] for item in project["Environment"]["EnvironmentVariables"]}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
