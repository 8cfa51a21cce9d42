"""Checks of image names, tags and directories."""

import re
from pathlib import Path
from typing import Final

from aws_cdk import aws_ecr as ecr

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.tokens import resolved
from constructs_lib.rules import Rule

# https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
_TAG: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
_ECR: Final = re.compile(r"\d{12}\.dkr[.-]ecr[.-][a-z0-9.-]+/")
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


def check_directory(place: ArgumentPath, directory: Path, file: str) -> None:
    """Refuse a build context that is not there, or has no Dockerfile."""
    if not (directory / file).is_file():
        raise Rule.DOCKERFILE_DIRECTORY.error(
            place,
            got=f"{str(directory)!r}, which has no {file}" if directory.is_dir() else f"{str(directory)!r}",
            expected="the path of a directory with a Dockerfile is needed",
            fix="Give an absolute path, such as Path(__file__).parent / 'container'.",
        )


def check_digest_or_tag(repository: ecr.IRepository, tag: str | None, digest: str | None) -> None:
    """Refuse what does not name exactly one image."""
    given = [name for name, value in {"tag": tag, "digest": digest}.items() if value is not None]
    if len(given) != 1:
        raise Rule.TAG_OR_DIGEST.error(
            _named(repository),
            got="both tag and digest" if given else "neither tag nor digest",
            expected="exactly one of them is needed",
            fix="Give a digest for an image that never changes, a tag for one that may.",
        )
    if tag is not None and resolved(tag) and not _TAG.fullmatch(tag):
        raise Rule.TAG_OR_DIGEST.error(
            _named(repository),
            got=f"tag={tag!r}",
            expected="up to 128 letters, digits, _, . and - are a tag",
            fix="Give digest=… for a digest.",
        )
    if digest is not None and resolved(digest) and not _DIGEST.fullmatch(digest):
        raise Rule.TAG_OR_DIGEST.error(
            _named(repository),
            got=f"digest={digest!r}",
            expected="sha256: and 64 hexadecimal digits are a digest",
            fix="Give all of it.",
        )


def check_name(name: str) -> None:
    """Refuse a name that is none."""
    if not name or name != "".join(name.split()):
        raise Rule.IMAGE_NAME.error(
            "JobImage.from_registry",
            got=repr(name),
            expected="an image name is needed",
            fix="Give a name with a tag, such as 'public.ecr.aws/docker/library/busybox:1.37'.",
        )


def is_moving(name: str) -> bool:
    """Whether a name means whatever image is the newest."""
    if not resolved(name) or "@" in name:
        return False
    _, _, tag = name.rpartition("/")[2].partition(":")
    return tag in {"", "latest"}


def is_outside_of_ecr(name: str | None) -> bool:
    """Whether a name is of a registry that endpoints do not reach: any but private ones of Amazon ECR."""
    return name is not None and resolved(name) and _ECR.match(name) is None


def _named(repository: ecr.IRepository) -> str:
    return f"JobImage.from_repository '{repository.node.path}'"
