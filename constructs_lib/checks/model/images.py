"""For which processor an image is, where that is known: what the app builds for one, and names that say it.

Source: https://github.com/docker-library/official-images#architectures-other-than-amd64
"""

from typing import Any, Final

from constructs_lib.checks.model.resources import Resource
from constructs_lib.templates.unknown import Unknown

_PLATFORMS: Final = {"amd64": "x86_64", "arm64": "arm64"}
"""As container engines call them."""
_NAMESPACES: Final = {"amd64/": "x86_64", "arm64v8/": "arm64"}
"""Whose official images on Docker Hub are for one processor."""


def architecture_of(image: Any, resource: Resource) -> str | None:
    """``x86_64`` or ``arm64``; None if it is not known, or the image is for several.

    Args:
        image: the image of a container.
        resource: the definition that has it.
    """
    if isinstance(image, str):
        for namespace, architecture in _NAMESPACES.items():
            if image.startswith(namespace):
                return architecture
    tag = str(image).rpartition(":")[2] if isinstance(image, str | Unknown) else ""
    return _PLATFORMS.get(resource.stack.file.architectures.get(tag, ""))
