"""Finds the hashes that an edit of a file changes, and masks them and nothing else.

An asset is named by the SHA-256 of its content, 64 hexadecimal digits. So is the digest of an image, a checksum in an
environment variable, or an object of the user's own: the assembly says which of them are assets, and where there is
only a template, what stands where the CDK puts an asset is taken for one.
Source: https://docs.aws.amazon.com/cdk/v2/guide/assets.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from constructs_lib.graph.definitions import text_of
from constructs_lib.testing.synthesized import SynthesizedTemplate

MASK: Final = "<asset hash>"

_HASH: Final = r"(?P<hash>[0-9a-f]{64})(?![0-9a-fA-F])"
_PLACES: Final = [
    re.compile(rf"^{_HASH}\.[a-z0-9.]+$"),  # S3Key of a file
    re.compile(rf"-assets-[^/\s]*/(?:[^/\s]+/)*{_HASH}"),  # a URL in the bootstrap bucket
    re.compile(rf"\.dkr\.ecr\.[^@\s]*-assets-[^@\s]*:{_HASH}"),  # a tag in the bootstrap repository
    re.compile(rf"\.assets\.json\\?\" .*publish \\?\"{_HASH}:"),  # a command of CDK Pipelines
]
_IN_METADATA: Final = re.compile(rf"asset\.{_HASH}")
_IN_PARAMETERS: Final = re.compile(rf"AssetParameters{_HASH}")  # of the legacy synthesizer
_HEXADECIMAL: Final = re.compile(r"(?P<digits>[0-9a-f]{64,})(?P<destination>:[\w-]+)?")
_DIGITS: Final = 64


def asset_hashes(template: Mapping[str, Any]) -> AbstractSet[str]:
    """The hashes of the assets that a template may refer to: those of its assembly, or what looks like one."""
    if isinstance(template, SynthesizedTemplate):
        return template.assets
    found = {match["hash"] for text in _texts(template) for place in _PLACES for match in place.finditer(text)}
    in_parameters = filter(None, map(_IN_PARAMETERS.match, template.get("Parameters", {})))
    return found | set(_hashes_in_metadata(template)) | {match["hash"] for match in in_parameters}


def masked_assets(text: str, assets: AbstractSet[str]) -> str:
    """A text with the mask in place of each hash of an asset, and without the hash of where CDK Pipelines puts it."""
    return _HEXADECIMAL.sub(lambda match: _masked(match, assets), text) if assets else text


def replaced(value: Any, change: Callable[[str], str]) -> Any:
    """A copy of a template, or of a part of one, with each of its texts changed, keys included."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        changed: dict[str, Any] = {}
        for key, item in value.items():
            changed[_free(change(key), changed)] = replaced(item, change)
        return changed
    if isinstance(value, list):
        return [replaced(item, change) for item in value]
    return value


def _masked(match: re.Match[str], assets: AbstractSet[str]) -> str:
    digits, destination = match["digits"], match["destination"] or ""
    for start in range(len(digits) - _DIGITS + 1):
        name = digits[start : start + _DIGITS]
        if name in assets:
            after = digits[start + _DIGITS :]
            published = not after and f"{name}{destination}" in assets
            where = re.sub(r"-[0-9a-f]{8}$", "", destination) if published or _looks_published(match) else destination
            return f"{digits[:start]}{MASK}{after}{where}"
    return match[0]


def _looks_published(match: re.Match[str]) -> bool:
    """Without an assembly: what a command of cdk-assets names."""
    return match.string[: match.start()].rstrip('\\"').endswith("publish ")


def _free(key: str, taken: Mapping[str, Any]) -> str:
    """Two keys that were told apart by nothing but a hash stay two."""
    number, free = 2, key
    while free in taken:
        free, number = f"{key} {number}", number + 1
    return free


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
