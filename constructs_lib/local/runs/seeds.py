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


Seeding = Mapping[str, Any] | Sequence[str]
"""How a test says what goes where."""


def read_seed(put: str) -> Seed:
    """Read ``FILE|FOLDER=BUCKET/KEY``.

    Names of files and keys may have equals signs, too: what stands in front of one and is there is the file.

    Raises:
        ValueError: it is none, or leads nowhere.
        OSError: the file cannot be read.
    """
    splits = [(put[:at], put[at + 1 :]) for at, letter in enumerate(put) if letter == "="]
    if not splits:
        raise ValueError("expected FILE=BUCKET/KEY or FOLDER=BUCKET/KEY")
    source, place = next(((name, place) for name, place in splits if name and _is_there(name)), splits[0])
    if not source or not _is_there(source):
        raise ValueError(f"there is no file or folder {source!r}")
    path = Path(source)
    seed = Seed.to(place, path)
    if not path.is_dir():
        path.open("rb").close()
    elif not any(seed.objects()):
        raise ValueError("the folder has no files")
    return seed


def seeds_of(given: Seeding | None) -> list[Seed]:
    """What a test gives.

    Args:
        given: by ``BUCKET/KEY`` a `pathlib.Path` of a file or folder, bytes, a text, or a JSON value; or a list of what
            `read_seed` reads.

    Raises:
        ValueError: a place is none, or a path leads nowhere.
    """
    if given is not None and not isinstance(given, Mapping):
        return [read_seed(put) for put in given]
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


def _is_there(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):  # longer than a name, or with what no name has
        return False


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
