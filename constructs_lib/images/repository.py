"""A repository in ECR for the images of jobs: scanned, never overwritten, never growing without end."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.place import Place
from constructs_lib.core.quantities import in_days, known, readable
from constructs_lib.errors import ConfigurationError
from constructs_lib.images.image import JobImage
from constructs_lib.limits import MAX_ECR_MUTABLE_TAGS

NEWEST: Final = "newest"
"""The one tag that is moved: to each image that becomes a revision of a job."""


@checked
class ImageRepository(ecr.Repository):
    """A repository whose images are scanned when they are pushed, and whose tags stay where they are.

    Only the tag ``newest`` may be moved, see `ImagePipeline`. A job that runs one of the images may pull from this
    repository and no other: `image` gives that right to its execution role.
    Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html and
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        keep: how many images stay; the oldest are deleted, also if a job definition still names one of them. Default:
            50.
        untagged_for: how long an image stays that no tag names, in whole days. Default: a week.
        encryption_key: a key of yours. Default: one of Amazon S3, at no cost.
        mutable_tags: tags besides ``newest`` that may be moved; ``*`` stands for any text. Default: none.
        repository_name: physical name. Default: made by CloudFormation.
        removal_policy: what becomes of it with the stack; ``DESTROY`` deletes its images, too. Default: it stays.

    Raises:
        ConfigurationError: a number that ECR does not take, or tags that are all mutable.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        keep: int = 50,
        untagged_for: Duration | None = None,
        encryption_key: kms.IKey | None = None,
        mutable_tags: Sequence[str] = (),
        repository_name: str | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        place = Place("ImageRepository", scope, construct_id)
        untagged = untagged_for or Duration.days(7)
        _check_lifecycle(place, keep, untagged)
        _check_mutable_tags(place, mutable_tags)
        super().__init__(
            scope,
            construct_id,
            image_scan_on_push=True,
            image_tag_mutability=ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
            image_tag_mutability_exclusion_filters=[
                ecr.ImageTagMutabilityExclusionFilter.wildcard(tag) for tag in (NEWEST, *mutable_tags)
            ],
            lifecycle_rules=[
                ecr.LifecycleRule(
                    description="Images that no tag names",
                    tag_status=ecr.TagStatus.UNTAGGED,
                    max_image_age=untagged,
                    rule_priority=1,
                ),
                ecr.LifecycleRule(description="The oldest", max_image_count=keep, rule_priority=2),
            ],
            encryption=ecr.RepositoryEncryption.KMS if encryption_key else ecr.RepositoryEncryption.AES_256,
            encryption_key=encryption_key,
            repository_name=repository_name,
            removal_policy=removal_policy,
            empty_on_delete=removal_policy == RemovalPolicy.DESTROY,
        )

    def image(
        self,
        *,
        tag: str | None = None,
        digest: str | None = None,
        architecture: ec2.InstanceArchitecture | None = None,
    ) -> JobImage:
        """One of its images, for a job: by ``tag`` or by ``digest``, else the one that was pushed as ``newest``.

        Args:
            tag: which one.
            digest: which one, ``sha256:…``.
            architecture: the processor that it is built for. Default: not known.

        Raises:
            ConfigurationError: both ``tag`` and ``digest``, or one that is none.
        """
        wanted = NEWEST if tag is None and digest is None else tag
        return JobImage.from_repository(self, tag=wanted, digest=digest, architecture=architecture)


def _check_lifecycle(place: Place, keep: int, untagged: Duration) -> None:
    in_text = "the lifecycle policy is a text, into which aws-cdk-lib writes no such number"
    if known(place.of("keep"), keep, in_text) < 1:
        _refuse(place.of("keep"), f"{keep} images", "a job needs one to run", "Keep at least 1.")
    days = known(place.of("untagged_for"), in_days(place.of("untagged_for"), untagged), in_text)
    if days < 1 or days != int(days):
        _refuse(
            place.of("untagged_for"),
            f"{readable(days)} days",
            "Amazon ECR counts whole days, at least 1",
            "Give whole days.",
        )


def _check_mutable_tags(place: Place, tags: Sequence[str]) -> None:
    place = place.of("mutable_tags")
    if "*" in tags:
        expected = "a tag that a job definition names must not become another image"
        _refuse(place, "'*', which is every tag", expected, "Name the tags that are moved, such as 'cache-*'.")
    if len(tags) >= MAX_ECR_MUTABLE_TAGS:
        expected = f"Amazon ECR allows {MAX_ECR_MUTABLE_TAGS} with {NEWEST!r}"
        _refuse(place, f"{len(tags)} tags", expected, "Use one * for several.")


def _refuse(place: Place, got: str, expected: str, fix: str) -> None:
    raise ConfigurationError(code="IMAGE006", where=str(place), got=got, expected=expected, fix=fix)
