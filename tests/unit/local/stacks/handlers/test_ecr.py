"""Repositories of ECR."""

import json

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

KEEP = {"type": "expire"}
RULE = {"rulePriority": 1, "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}}
LIFECYCLE = json.dumps({"rules": [{**RULE, "action": KEEP}]})
PULL = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "ecr:BatchGetImage"}
MANIFEST = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:" + "0" * 64, "size": 1},
        "layers": [],
    }
)


def repository(services: Services, name: str, properties: Properties) -> dict[str, str]:
    client = services.client("ecr")
    [found] = client.describe_repositories(repositoryNames=[name])["repositories"]
    assert found["repositoryUri"] == f"111122223333.dkr.ecr.eu-west-1.amazonaws.com/{name}"
    assert found["imageTagMutability"] == properties.get("ImageTagMutability", "MUTABLE")
    scanning = properties.get("ImageScanningConfiguration", {}).get("ScanOnPush", False)
    assert found["imageScanningConfiguration"]["scanOnPush"] == scanning
    encryption = properties.get("EncryptionConfiguration", {}).get("EncryptionType", "AES256")
    assert found["encryptionConfiguration"]["encryptionType"] == encryption
    if "RepositoryPolicyText" in properties:
        policy = client.get_repository_policy(repositoryName=name)["policyText"]
        assert json.loads(policy) == properties["RepositoryPolicyText"]
    else:
        with pytest.raises(client.exceptions.RepositoryPolicyNotFoundException):
            client.get_repository_policy(repositoryName=name)
    if "LifecyclePolicy" in properties:
        assert client.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"] == LIFECYCLE
    else:
        with pytest.raises(client.exceptions.LifecyclePolicyNotFoundException):
            client.get_lifecycle_policy(repositoryName=name)
    tags = client.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}


LIVES = [
    Life(
        "AWS::ECR::Repository",
        {},
        repository,
        names={"RepositoryName": "team/tools"},
        changed=[
            {"ImageScanningConfiguration": {"ScanOnPush": True}},
            {"ImageTagMutability": "IMMUTABLE"},
            {"LifecyclePolicy": {"LifecyclePolicyText": LIFECYCLE}},
            {"RepositoryPolicyText": {"Version": "2012-10-17", "Statement": [PULL]}},
        ],
        replaced={"RepositoryName": "team/others"},
        attributes={
            "RepositoryUri": {"Fn::Join": ["/", ["111122223333.dkr.ecr.eu-west-1.amazonaws.com", {"Ref": "It"}]]}
        },
    ),
    Life(
        "AWS::ECR::Repository",
        {"EncryptionConfiguration": {"EncryptionType": "KMS"}},
        repository,
        replaced={"EncryptionConfiguration": {"EncryptionType": "AES256"}},
    ),
]


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_resources_live_as_in_cloudformation(life: Life, account: Account) -> None:
    play(life, account)


def test_images_stay_when_a_repository_changes_and_keep_it_from_being_deleted(account: Account) -> None:
    client = account.services.client("ecr")

    def deploy(**properties: object) -> None:
        account.deploy({"Images": {"Type": "AWS::ECR::Repository", "Properties": properties}})

    deploy()
    name = account.physical_id("Images")
    client.put_image(repositoryName=name, imageManifest=MANIFEST, imageTag="1")
    deploy(ImageScanningConfiguration={"ScanOnPush": True})
    assert [image["imageTags"] for image in client.describe_images(repositoryName=name)["imageDetails"]] == [["1"]]
    with pytest.raises(Exception, match="cannot be deleted because it still contains images"):
        account.deploy({})
    client.batch_delete_image(repositoryName=name, imageIds=[{"imageTag": "1"}])


def test_a_repository_may_be_emptied_when_it_is_deleted(account: Account) -> None:
    client = account.services.client("ecr")
    account.deploy({"Images": {"Type": "AWS::ECR::Repository", "Properties": {"EmptyOnDelete": True}}})
    name = account.physical_id("Images")
    client.put_image(repositoryName=name, imageManifest=MANIFEST, imageTag="1")
    account.deploy({})
    with pytest.raises(ClientError, match="RepositoryNotFoundException"):
        client.describe_repositories(repositoryNames=[name])
