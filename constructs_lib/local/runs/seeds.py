"""Data that is put into buckets before anything starts: what jobs are to read."""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.local.account import Clients
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.apps.resource_names import find, listed

BUCKET = "AWS::S3::Bucket"
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_SCHEME = "s3://"


@dataclass(frozen=True, slots=True)
class Seed:
    """What is put where.

    Args:
        content: the file or folder, or the bytes of one object.
        bucket: a bucket's name, or what it is called in the stack.
        key: of the object. A folder's files come below it; a file keeps its name below one that ends with a slash.
    """

    content: Path | bytes
    bucket: str
    key: str

    @classmethod
    def to(cls, place: str, content: Path | bytes) -> "Seed":
        """Put something to ``BUCKET/KEY``, or ``s3://BUCKET/KEY``.

        Raises:
            ValueError: the place has no bucket, or no key for what has no name.
        """
        bucket, _, key = place.removeprefix(_SCHEME).partition("/")
        if not bucket:
            raise ValueError(f"{place!r}: expected BUCKET/KEY")
        if isinstance(content, bytes) and (not key or key.endswith("/")):
            raise ValueError(f"{place!r}: what has no name needs a whole key: expected BUCKET/KEY")
        return cls(content, bucket, key)

    def objects(self) -> Iterator[tuple[str, Path | bytes]]:
        """The keys, and what is put there."""
        if isinstance(self.content, bytes):
            yield self.key, self.content
        elif self.content.is_dir():
            prefix = f"{self.key.rstrip('/')}/" if self.key else ""
            for path in sorted(self.content.rglob("*")):
                if path.is_file():
                    yield f"{prefix}{path.relative_to(self.content).as_posix()}", path
        else:
            yield (
                (f"{self.key}{self.content.name}" if not self.key or self.key.endswith("/") else self.key),
                self.content,
            )


def seeds_of(given: Mapping[str, Any] | None) -> list[Seed]:
    """What a test gives: by ``BUCKET/KEY`` a `pathlib.Path` of a file or folder, bytes, a text, or a JSON value.

    Raises:
        ValueError: a place is none, or a path leads nowhere.
    """
    found = [Seed.to(place, _content(content)) for place, content in (given or {}).items()]
    for seed in found:
        if isinstance(seed.content, Path) and not seed.content.exists():
            raise ValueError(f"seed {seed.bucket}/{seed.key}: there is no {seed.content}")
    return found


def put(seeds: Sequence[Seed], clients: Clients, deployments: Sequence[Deployment]) -> list[str]:
    """Put data into buckets.

    Args:
        seeds: the data.
        clients: makes boto3 clients.
        deployments: the stacks by whose names buckets are found, the nearest last.

    Returns:
        The names of the buckets that no stack has and nobody had made: those were made.

    Raises:
        LookupError: no bucket is called so, and none can be, or several are meant.
    """
    if not seeds:
        return []
    s3, made = clients("s3"), []
    names = {seed.bucket: _bucket(seed.bucket, deployments) for seed in seeds}
    for name in dict.fromkeys(names.values()):
        if not _exists(s3, name):
            s3.create_bucket(Bucket=name)
            made.append(name)
    for seed in seeds:
        for key, content in seed.objects():
            with content.open("rb") if isinstance(content, Path) else io.BytesIO(content) as body:
                s3.upload_fileobj(body, names[seed.bucket], key)
    return made


def _content(given: Any) -> Path | bytes:
    if isinstance(given, Path | bytes):
        return given
    return (given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)).encode()


def _bucket(wanted: str, deployments: Sequence[Deployment]) -> str:
    for deployment in reversed(deployments):
        if find(wanted, deployment.named(BUCKET)):
            return deployment.find(wanted, BUCKET, "bucket").physical_id
    if _BUCKET_NAME.fullmatch(wanted):
        return wanted
    raise LookupError(
        f"no bucket is called {wanted!r}; the stacks have: "
        f"{', '.join(listed(item.named(BUCKET)) for item in deployments if item.named(BUCKET)) or 'none'}"
    )


def _exists(s3: Any, name: str) -> bool:
    try:
        s3.head_bucket(Bucket=name)
    except ClientError:
        return False
    return True
