"""Images: built once from an asset as the CDK would, else pulled unless they are there."""

import threading
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.apps.assembly import ImageAsset
from constructs_lib.local.runners import CannotStartError
from constructs_lib.local.runners.container.images import ContainerImages, build_words
from constructs_lib.local.supervisor import Supervisor

HASH = "0" * 64
REPOSITORY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/assets"


@pytest.fixture
def images(box: Any, origin: Any, tmp_path: Path, supervisor: Supervisor) -> ContainerImages:
    return ContainerImages(box.engine, origin.asset, tmp_path / "builds", supervisor)


def test_an_asset_is_built_as_the_cdk_builds_it(tmp_path: Path) -> None:
    asset = ImageAsset(tmp_path, "a/Dockerfile", "run", HASH, {"ONE": "1"}, platform="linux/arm64", network="host")
    expected = f"--file {tmp_path}/a/Dockerfile --target run --build-arg ONE=1 --platform linux/arm64 --network host"
    assert build_words(asset) == expected.split()


def test_many_jobs_wait_for_one_build(images: ContainerImages, box: Any, origin: Any, tmp_path: Path) -> None:
    origin.assets["image"] = ImageAsset(tmp_path, "Dockerfile", None, HASH)
    threads = [threading.Thread(target=images.ensure, args=["image"]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert images.ensure("image") == f"constructs-lib/asset:{HASH}"
    [words] = box.calls("build")
    assert words[-3:] == ["--tag", f"constructs-lib/asset:{HASH}", str(tmp_path)]


def test_an_image_with_a_name_of_its_own_is_built_again_when_it_is_pushed_again(
    images: ContainerImages, box: Any, origin: Any, tmp_path: Path
) -> None:
    for version in ("1", "2"):
        origin.assets["thing:v1"] = ImageAsset(tmp_path / version, "Dockerfile", None, "thing:v1")
        assert images.ensure("thing:v1") == "sha256:built"
    assert len(box.calls("build")) == 2


def test_a_build_that_fails(images: ContainerImages, box: Any, origin: Any, tmp_path: Path) -> None:
    (box.directory / "unbuildable").touch()
    origin.assets["image"] = ImageAsset(tmp_path, "Dockerfile", None, HASH)
    with pytest.raises(CannotStartError) as caught:
        images.ensure("image")
    assert str(caught.value) == (
        f"CannotPullContainerError: {tmp_path}/Dockerfile: the image cannot be built: building at STEP 2: "
        f"no such package (see {tmp_path}/builds/{HASH}.log)"
    )


def test_an_image_is_pulled_unless_it_is_there(images: ContainerImages, box: Any) -> None:
    assert [images.ensure(name) for name in ("here", "elsewhere", "elsewhere")] == ["here", "elsewhere", "elsewhere"]
    assert box.calls("pull") == [["elsewhere"]]


def test_a_repository_of_the_account_is_not_looked_for_in_the_internet(images: ContainerImages, box: Any) -> None:
    with pytest.raises(CannotStartError, match=f"failed to resolve ref {REPOSITORY}:v1: not found"):
        images.ensure(f"{REPOSITORY}:v1")
    assert box.calls("pull") == []


def test_nothing_is_built_any_more_after_closing(images: ContainerImages) -> None:
    images.close()
    with pytest.raises(CannotStartError, match="the embedded AWS is closed"):
        images.ensure("elsewhere")


@pytest.mark.parametrize("image", ["--volume=/:/host", "-v/:/host", "-"])
def test_no_image_is_an_option_of_the_engine(images: ContainerImages, box: Any, image: str) -> None:
    with pytest.raises(CannotStartError, match=f"CannotPullContainerError: invalid reference format: {image}"):
        images.ensure(image)
    assert box.calls("pull") == []
