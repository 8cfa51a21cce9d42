"""Lives of what builds and delivers."""

from typing import Any

import pytest

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
PIPELINES = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
PIPELINE_ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": PIPELINES}}
BUCKET = {"Type": "AWS::S3::Bucket"}


def project(services: Services, name: str, properties: Properties) -> dict[str, str]:
    [found] = services.client("codebuild").batch_get_projects(names=[name])["projects"] or [None]
    if found is None:
        raise LookupError(name)
    assert found.get("description", "") == properties.get("Description", "")
    assert found["source"]["buildspec"] == properties["Source"]["BuildSpec"]
    assert found["environment"]["image"] == properties["Environment"]["Image"]
    assert found["serviceRole"] == properties["ServiceRole"]
    return {tag["key"]: tag["value"] for tag in found.get("tags") or []}


def pipeline(services: Services, name: str, properties: Properties) -> dict[str, str]:
    client = services.client("codepipeline")
    told = client.get_pipeline(name=name)
    found = told["pipeline"]
    assert found["artifactStore"]["location"] == properties["ArtifactStore"]["Location"]
    assert [stage["name"] for stage in found["stages"]] == [stage["Name"] for stage in properties["Stages"]]
    wanted = properties["Stages"][0]["Actions"][0]["Configuration"]["S3ObjectKey"]
    assert found["stages"][0]["actions"][0]["configuration"]["S3ObjectKey"] == wanted
    arn = told["metadata"]["pipelineArn"]
    return {tag["key"]: tag["value"] for tag in client.list_tags_for_resource(resourceArn=arn)["tags"]}


def repository(services: Services, physical_id: str, properties: Properties) -> None:
    which = {"repositoryName": properties["RepositoryName"]}
    found = services.client("codecommit").get_repository(**which)["repositoryMetadata"]
    assert found["repositoryId"] == physical_id
    assert found.get("repositoryDescription", "") == properties.get("RepositoryDescription", "")


def stages(key: str) -> list[dict[str, Any]]:
    def action(name: str, category: str, provider: str, **more: Any) -> dict[str, Any]:
        kind = {"Category": category, "Owner": "AWS", "Provider": provider, "Version": "1"}
        return {"Name": name, "ActionTypeId": kind, "RunOrder": 1, **more}

    return [
        {
            "Name": "Source",
            "Actions": [
                action(
                    "Upload",
                    "Source",
                    "S3",
                    Configuration={"S3Bucket": {"Ref": "Bucket"}, "S3ObjectKey": key},
                    OutputArtifacts=[{"Name": "Code"}],
                )
            ],
        },
        {
            "Name": "Build",
            "Actions": [
                action(
                    "Build",
                    "Build",
                    "CodeBuild",
                    Configuration={"ProjectName": "build"},
                    InputArtifacts=[{"Name": "Code"}],
                )
            ],
        },
    ]


DELIVERY_LIVES = [
    Life(
        "AWS::CodeCommit::Repository",
        {"RepositoryName": "code"},
        repository,
        changed={"RepositoryDescription": "Of code."},
        tags=False,
    ),
    Life(
        "AWS::CodeBuild::Project",
        {
            "Artifacts": {"Type": "NO_ARTIFACTS"},
            "Environment": {
                "ComputeType": "BUILD_GENERAL1_SMALL",
                "Image": "aws/codebuild/standard:7.0",
                "Type": "LINUX_CONTAINER",
            },
            "ServiceRole": {"Fn::GetAtt": ["Role", "Arn"]},
            "Source": {"Type": "NO_SOURCE", "BuildSpec": "version: 0.2"},
        },
        project,
        needs={"Role": ROLE},
        names={"Name": "build", "Description": "Builds."},
        changed=[{"Source": {"Type": "NO_SOURCE", "BuildSpec": "version: 0.3"}}, {"Description": None}],
        replaced={"Name": "other"},
        tags=lambda tags: {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]},
    ),
    Life(
        "AWS::CodePipeline::Pipeline",
        {
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "ArtifactStore": {"Type": "S3", "Location": {"Ref": "Bucket"}},
            "Stages": stages("code.zip"),
        },
        pipeline,
        needs={"Role": PIPELINE_ROLE, "Bucket": BUCKET},
        names={"Name": "deliver"},
        changed={"Stages": stages("other.zip")},
        replaced={"Name": "other"},
    ),
]


@pytest.mark.parametrize("life", DELIVERY_LIVES, ids=str)
def test_what_delivers_lives_in_stacks(life: Life, account: Account) -> None:
    play(life, account)
