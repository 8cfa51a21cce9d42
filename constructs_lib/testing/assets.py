"""Finds the hashes of assets in a template, and masks them and nothing else.

An asset is named by the SHA-256 of its content, 64 hexadecimal digits. So is the digest of an image, a checksum in an
environment variable, or an object of the user's own: only what stands where the CDK puts an asset is taken for one.
Source: https://docs.aws.amazon.com/cdk/v2/guide/assets.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.graph.definitions import text_of

MASK: Final = "<asset hash>"

_HASH: Final = r"(?P<hash>[0-9a-f]{64})(?![0-9a-fA-F])"
_PLACES: Final = [
    re.compile(rf"^{_HASH}\.[a-z0-9.]+$"),  # S3Key of a file
    re.compile(rf"-assets-[^/\s]*/(?:[^/\s]+/)*{_HASH}"),  # a URL in the bootstrap bucket
    re.compile(rf"\.dkr\.ecr\.[^@\s]*-assets-[^@\s]*:{_HASH}"),  # a tag in the bootstrap repository
]
_IN_METADATA: Final = re.compile(rf"asset\.{_HASH}")


def asset_hashes(template: Mapping[str, Any]) -> set[str]:
    """The hashes of all assets that a template refers to."""
    found = {match["hash"] for text in _texts(template) for place in _PLACES for match in place.finditer(text)}
    return found | set(_hashes_in_metadata(template))


def mask(value: Any, hashes: set[str]) -> Any:
    """A copy of a template, or of a part of one, with the mask in place of these hashes."""
    if not hashes:
        return value
    pattern = re.compile("|".join(sorted(hashes)))
    return _replace(value, pattern)


def _hashes_in_metadata(template: Mapping[str, Any]) -> Iterator[str]:
    """Whatever bucket and key a synthesizer gives to an asset, its staging directory is in the resource's metadata."""
    for resource in template.get("Resources", {}).values():
        match = _IN_METADATA.search(str(resource.get("Metadata", {}).get("aws:asset:path", "")))
        if match:
            yield match["hash"]


def _texts(value: Any) -> Iterator[str]:
    """Every text of a template, joined where references cut it into pieces."""
    text = text_of(value)
    if text is not None:
        yield text
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _replace(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(MASK, value)
    if isinstance(value, Mapping):
        return {pattern.sub(MASK, key): _replace(item, pattern) for key, item in value.items()}
    if isinstance(value, list):
        return [_replace(item, pattern) for item in value]
    return value
