"""Images without a container engine: what was built, tagged and pushed is a directory and how it is run.

Built images are copies of their directory, as those of an engine are: what happens to the directory afterwards changes
nothing in them.
"""

import hashlib
import json
import re
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.local.account import Location
from constructs_lib.local.apps.assembly import ImageAsset
from constructs_lib.local.images.program import ProgramError, from_dockerfile

_MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"


_REGISTRY = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[\w-]+)\.amazonaws\.com(\.cn)?$")


class ImageError(Exception):
    """An image that cannot be built, or is not there."""


class Images:
    """The images of one embedded AWS.

    Args:
        directory: where copies are kept.
        on_push: called with every pushed image; its tag is the whole name.
        registry: makes a boto3 client of ECR in an account and region.
        on_registered: called with these, and repository, tag and digest of an image that ECR has taken.
    """

    def __init__(
        self,
        directory: Path,
        on_push: Callable[[ImageAsset], None],
        registry: Callable[[Location], Any],
        on_registered: Callable[[Location, str, str, str], None],
    ) -> None:
        self._directory = directory
        self._on_push = on_push
        self._registry = registry
        self._on_registered = on_registered
        self._images: dict[str, ImageAsset] = {}
        self._lock = threading.Lock()

    def build(self, image: ImageAsset) -> None:
        """Keep an image under the name that is its tag.

        Raises:
            ImageError: there is no Dockerfile, or nothing in it to run, or not the wanted stage.
        """
        try:
            from_dockerfile(image.directory, image.file, image.target, image.build_args)
        except ProgramError as error:
            raise ImageError(str(error)) from error
        with self._lock:
            copy = self._directory / f"{len(list(self._directory.glob('*'))) + 1:04}"
            shutil.copytree(image.directory, copy, symlinks=True)
            self._images[image.tag] = replace(image, directory=copy)

    def find(self, name: str) -> ImageAsset:
        """Find an image by a name; `ImageError` when there is none."""
        try:
            return self._images[name]
        except KeyError:
            raise ImageError(f"no such image: {name}") from None

    def tag(self, name: str, new_name: str) -> None:
        """Give an image another name, too."""
        self._images[new_name] = replace(self.find(name), tag=new_name)

    def push(self, name: str) -> None:
        """Let jobs run an image, and ECR know it when its name is one of a repository there: by its digest, too."""
        image = self.find(name)
        host, _, rest = name.partition("/")
        in_registry = _REGISTRY.match(host)
        if not in_registry:
            self._on_push(image)
            return
        location = Location(in_registry["account"], in_registry["region"])
        repository, _, tag = rest.partition(":")
        digest = self._put(location, repository, tag or "latest", image)
        self._on_push(image)
        if digest:
            self._on_push(replace(image, tag=f"{host}/{repository}@{digest}"))
            self._on_registered(location, repository, tag or "latest", digest)

    def _put(self, location: Location, repository: str, tag: str, image: ImageAsset) -> str | None:
        """Put an image into its repository, and tell its digest; None when it is there already."""
        config = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 0}
        config["digest"] = f"sha256:{hashlib.sha256(str(image.directory).encode()).hexdigest()}"
        manifest = json.dumps({"schemaVersion": 2, "mediaType": _MANIFEST_TYPE, "config": config, "layers": []})
        digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"  # moto's own is the same for all
        registry = self._registry(location)
        try:
            registry.describe_repositories(repositoryNames=[repository])  # moto's own error for none is no answer
            registry.put_image(
                repositoryName=repository,
                imageTag=tag,
                imageDigest=digest,
                imageManifest=manifest,
                imageManifestMediaType=_MANIFEST_TYPE,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ImageAlreadyExistsException":
                raise ImageError(error.response["Error"]["Message"]) from error
            return None
        return digest
