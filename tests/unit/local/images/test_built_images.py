"""Images without an engine: copied when built, found by each of their names, run and known to ECR when pushed."""

from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.account import Location
from constructs_lib.local.apps.assembly import ImageAsset
from constructs_lib.local.images.built_images import ImageError, Images

REPOSITORY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/things"


@pytest.fixture
def context(tmp_path: Path) -> Path:
    directory = tmp_path / "context"
    directory.mkdir()
    (directory / "Dockerfile").write_text('FROM base AS one\nARG COLOR=red\nENV COLOR=$COLOR\nCMD ["x"]\n')
    (directory / "main.py").write_text("print(1)\n")
    return directory


@pytest.fixture
def pushed() -> list[ImageAsset]:
    return []


@pytest.fixture
def ecr() -> MagicMock:
    return MagicMock()


@pytest.fixture
def registered() -> list[tuple[str, ...]]:
    return []


@pytest.fixture
def images(tmp_path: Path, pushed: list[ImageAsset], ecr: MagicMock, registered: list[tuple[str, ...]]) -> Images:
    return Images(tmp_path / "images", pushed.append, lambda _: ecr, lambda *image: registered.append(image))


def image(context: Path, **others: Any) -> ImageAsset:
    return ImageAsset(**{"directory": context, "file": "Dockerfile", "target": None, "tag": "thing", **others})


def test_a_built_image_is_a_copy(images: Images, context: Path) -> None:
    images.build(image(context))
    (context / "main.py").write_text("print(2)\n")
    assert (images.find("thing").directory / "main.py").read_text() == "print(1)\n"


def test_building_again_replaces_the_image_and_not_its_copy(images: Images, context: Path) -> None:
    images.build(image(context))
    first = images.find("thing")
    images.build(image(context, build_args={"COLOR": "blue"}))
    assert images.find("thing").directory != first.directory
    assert images.find("thing").build_args == {"COLOR": "blue"}
    assert first.directory.is_dir()


def test_a_pushed_image_is_run_under_its_name_and_known_to_ecr(
    images: Images, context: Path, pushed: list[ImageAsset], ecr: MagicMock, registered: list[tuple[str, ...]]
) -> None:
    images.build(image(context))
    images.tag("thing", f"{REPOSITORY}:v1")
    images.push(f"{REPOSITORY}:v1")
    put = ecr.put_image.call_args.kwargs
    assert (put["repositoryName"], put["imageTag"]) == ("things", "v1")
    assert {item.tag for item in pushed} == {f"{REPOSITORY}:v1", f"{REPOSITORY}@{put['imageDigest']}"}
    assert len({item.directory for item in pushed}) == 1
    assert registered == [(Location(), "things", "v1", put["imageDigest"])]


def test_each_build_has_a_digest_of_its_own_and_each_name_of_it_the_same(
    images: Images, context: Path, ecr: MagicMock
) -> None:
    digests = {}
    for version in ("v1", "v2"):
        images.build(image(context, tag=f"{REPOSITORY}:{version}"))
        images.tag(f"{REPOSITORY}:{version}", f"{REPOSITORY}:newest")
        for tag in (version, "newest"):
            images.push(f"{REPOSITORY}:{tag}")
            digests[version, tag] = ecr.put_image.call_args.kwargs["imageDigest"]
    assert digests["v1", "v1"] == digests["v1", "newest"] != digests["v2", "newest"] == digests["v2", "v2"]


def test_a_tag_that_ecr_keeps_for_another_image_names_no_digest(
    images: Images, context: Path, pushed: list[ImageAsset], ecr: MagicMock, registered: list[tuple[str, ...]]
) -> None:
    ecr.put_image.side_effect = ClientError({"Error": {"Code": "ImageAlreadyExistsException"}}, "PutImage")
    images.build(image(context, tag=f"{REPOSITORY}:v1"))
    images.push(f"{REPOSITORY}:v1")
    assert [item.tag for item in pushed] == [f"{REPOSITORY}:v1"]
    assert registered == []


def test_a_name_that_is_no_repository_is_pushed_without_ecr(
    images: Images, context: Path, pushed: list[ImageAsset], ecr: MagicMock
) -> None:
    images.build(image(context))
    images.push("thing")
    assert len(pushed) == 1
    ecr.put_image.assert_not_called()


def test_a_repository_that_is_not_there(images: Images, context: Path, ecr: MagicMock) -> None:
    error = {"Error": {"Code": "RepositoryNotFoundException", "Message": "The repository 'things' does not exist"}}
    ecr.describe_repositories.side_effect = ClientError(error, "DescribeRepositories")
    images.build(image(context, tag=f"{REPOSITORY}:v1"))
    with pytest.raises(ImageError, match="The repository 'things' does not exist"):
        images.push(f"{REPOSITORY}:v1")


@pytest.mark.parametrize(
    ("dockerfile", "others", "message"),
    [
        (None, {}, "Dockerfile: got no such file, an image needs a Dockerfile"),
        ("RUN true\n", {}, "no FROM instruction, the image has to begin with one. .*, such as FROM python"),
        ("FROM a AS one\n", {"target": "two"}, "no stage 'two', it has: one"),
    ],
)
def test_what_cannot_be_built(
    images: Images, context: Path, dockerfile: str | None, others: dict[str, Any], message: str
) -> None:
    (context / "Dockerfile").unlink()
    if dockerfile:
        (context / "Dockerfile").write_text(dockerfile)
    with pytest.raises(ImageError, match=message):
        images.build(image(context, **others))


def test_an_image_that_is_not_there(images: Images) -> None:
    for call in (images.find, images.push):
        with pytest.raises(ImageError, match="no such image: thing"):
            call("thing")
