"""Roles that pipelines may have."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws

CODEPIPELINE = "codepipeline.amazonaws.com"
STAGES = [
    {
        "name": name,
        "actions": [
            {
                "name": name,
                "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"},
                "configuration": configuration,
            }
        ],
    }
    for name, category, provider, configuration in (
        ("Source", "Source", "S3", {"S3Bucket": "code", "S3ObjectKey": "code.zip"}),
        ("Build", "Build", "CodeBuild", {"ProjectName": "build"}),
    )
]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as aws:
        yield aws


def make(aws: EmbeddedAws, name: str, statements: Any) -> None:
    trust = json.dumps({"Version": "2012-10-17", "Statement": statements})
    role = aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    store = {"type": "S3", "location": "artifacts"}
    pipeline = {"name": name, "roleArn": role, "artifactStore": store, "stages": STAGES}
    aws.client("codepipeline").create_pipeline(pipeline=pipeline)


def allowed(principal: Any, effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole"}


@pytest.mark.parametrize(
    ("name", "statements"),
    [
        ("one", allowed({"Service": CODEPIPELINE})),
        (
            "list",
            [allowed({"Service": [CODEPIPELINE]})],
        ),
        ("several", [allowed({"Service": ["codebuild.amazonaws.com", CODEPIPELINE]})]),
        ("besides", [allowed({"AWS": "*"}), allowed("*"), allowed({"Service": CODEPIPELINE})]),
    ],
)
def test_a_role_that_trusts_the_service_is_taken(aws: EmbeddedAws, name: str, statements: Any) -> None:
    make(aws, name, statements)


@pytest.mark.parametrize(
    ("name", "statements"),
    [
        ("other", [allowed({"Service": ["codebuild.amazonaws.com"]})]),
        ("denied", [allowed({"Service": CODEPIPELINE}, "Deny")]),
        ("account", [allowed({"AWS": "*"})]),
    ],
)
def test_a_role_that_does_not_is_refused(aws: EmbeddedAws, name: str, statements: Any) -> None:
    with pytest.raises(ClientError, match="CodePipeline is not authorized to perform AssumeRole on role"):
        make(aws, name, statements)
