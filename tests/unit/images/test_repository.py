import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from constructs_lib import ConfigurationError, ContainerJob, ImageRepository

Make = Callable[..., Any]

DIGEST = f"sha256:{'0' * 64}"


def properties(stack: Stack) -> dict[str, Any]:
    [found] = Template.from_stack(stack).find_resources("AWS::ECR::Repository").values()
    assert found["DeletionPolicy"] == found["UpdateReplacePolicy"]
    return {**found["Properties"], "DeletionPolicy": found["DeletionPolicy"]}


def lifecycle(found: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Which images go, and when."""
    rules = json.loads(found["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]
    return [tuple(rule["selection"][key] for key in ("tagStatus", "countType", "countNumber")) for rule in rules]


def test_images_are_scanned_stay_what_they_are_and_do_not_pile_up(stack: Stack) -> None:
    ImageRepository(stack, "Images")
    found = properties(stack)
    assert found["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert found["ImageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
    assert movable(found) == ["newest"]
    assert lifecycle(found) == [("untagged", "sinceImagePushed", 7), ("any", "imageCountMoreThan", 50)]
    assert found["DeletionPolicy"] == "Retain"
    assert not found.get("EmptyOnDelete")


def test_every_option(stack: Stack) -> None:
    ImageRepository(
        stack,
        "Images",
        keep=3,
        untagged_for=Duration.days(30),
        encryption_key=kms.Key(stack, "Key"),
        mutable_tags=["cache-*"],
        repository_name="jobs/report",
        removal_policy=RemovalPolicy.DESTROY,
    )
    found = properties(stack)
    assert movable(found) == ["newest", "cache-*"]
    assert lifecycle(found) == [("untagged", "sinceImagePushed", 30), ("any", "imageCountMoreThan", 3)]
    assert found["EncryptionConfiguration"]["EncryptionType"] == "KMS"
    assert found["RepositoryName"] == "jobs/report"
    assert found["EmptyOnDelete"] is True
    assert found["DeletionPolicy"] == "Delete"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keep": 0}, r"ImageRepository 'Stack/Images'.*keep.*: got 0 images, a job needs one to run \(IMAGE006\)"),
        ({"untagged_for": Duration.hours(12)}, r"untagged_for.*: got 0.5 days, Amazon ECR counts whole days, at least"),
        ({"untagged_for": Duration.hours(36)}, r"untagged_for.*: got 1.5 days"),
        ({"mutable_tags": ["v1", "*"]}, r"mutable_tags.*: got '\*', which is every tag"),
        ({"mutable_tags": list("abcde")}, r"mutable_tags.*: got 5 tags, Amazon ECR allows 5 with 'newest'"),
    ],
)
def test_what_is_refused(stack: Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        ImageRepository(stack, "Images", **options)


def test_four_tags_may_be_moved_besides_the_newest(stack: Stack) -> None:
    ImageRepository(stack, "Images", mutable_tags=list("abcd"))
    assert movable(properties(stack)) == ["newest", "a", "b", "c", "d"]


class TestImage:
    def test_a_job_runs_the_newest_and_may_pull_from_this_repository_alone(
        self, stack: Stack, report: ContainerJob
    ) -> None:
        assert str(report.image.repository.node.path) == "Stack/Images"  # type: ignore[union-attr]
        template = Template.from_stack(stack)
        [job] = template.find_resources("AWS::Batch::JobDefinition").values()
        assert job["Properties"]["ContainerProperties"]["Image"]["Fn::Join"][1][-1] == ":newest"
        [images] = template.find_resources("AWS::ECR::Repository")
        statements = [
            statement
            for policy in template.find_resources("AWS::IAM::Policy").values()
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        ]
        [pulling] = [statement["Resource"] for statement in statements if "ecr:BatchGetImage" in statement["Action"]]
        assert pulling == {"Fn::GetAtt": [images, "Arn"]}

    @pytest.mark.parametrize(
        ("options", "ending"), [({"tag": "v1"}, ":v1"), ({"digest": DIGEST}, f"@{DIGEST}"), ({}, ":newest")]
    )
    def test_by_tag_or_digest(
        self, stack: Stack, repository: ImageRepository, make_job: Make, options: dict[str, str], ending: str
    ) -> None:
        make_job(image=repository.image(**options))
        [job] = Template.from_stack(stack).find_resources("AWS::Batch::JobDefinition").values()
        assert job["Properties"]["ContainerProperties"]["Image"]["Fn::Join"][1][-1] == ending

    def test_not_by_both(self, repository: ImageRepository) -> None:
        with pytest.raises(ConfigurationError, match="got both tag and digest"):
            repository.image(tag="v1", digest=DIGEST)


def movable(found: dict[str, Any]) -> list[str]:
    filters = found["ImageTagMutabilityExclusionFilters"]
    return [item["ImageTagMutabilityExclusionFilterValue"] for item in filters]
