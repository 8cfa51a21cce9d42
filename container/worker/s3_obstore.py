"""Requests to S3 by obstore, which is Rust's object_store: a tenth of the time that botocore takes to begin.

Source: https://developmentseed.org/obstore/
"""

from __future__ import annotations

import os

import obstore
from obstore.exceptions import InvalidPathError
from obstore.store import S3Store

from worker import s3_options, s3_refusals
from worker.errors import BeyondObstoreError, S3RefusalError
from worker.waiting import wait_for

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is a module too, and not a small one
    from collections.abc import Callable
    from typing import Any

# What botocore waits for S3 to send something, and the least that a network must carry of a large result meanwhile:
# object_store's read timeout runs while a request is sent, too.
_READ_SECONDS = 60
_BYTES_PER_SECOND = 1_000_000

_PROCESS = os.getpid()  # a process that is forked from it has none of the threads that requests are made by

_stores: dict[tuple[str, str, int], S3Store] = {}
_regions: dict[str, str] = {}  # of buckets that are not in the region of the job


def read(bucket: str, key: str) -> bytes:
    """The content of an object; `S3RefusalError` when there is none to have."""
    return _request(bucket, key, "GetObject", lambda store: obstore.get(store, key).bytes().to_bytes())


def write(bucket: str, key: str, content: bytes, kind: str) -> None:
    """Put an object in one request, with its media type; `S3RefusalError` when it is not taken."""
    # A text would be the path of a file to obstore; to botocore it was content.
    body = content.encode() if isinstance(content, str) else memoryview(content)
    attributes = {"Content-Type": kind}
    _request(
        bucket,
        key,
        "PutObject",
        lambda store: obstore.put(store, key, body, attributes=attributes, use_multipart=False),
        _READ_SECONDS + len(body) // _BYTES_PER_SECOND,
    )


def exists(bucket: str, key: str) -> bool:
    """Whether an object is listed under exactly this key; `S3RefusalError` when that cannot be told."""
    return _request(bucket, key, "ListObjectsV2", lambda store: _is_listed(store, key))


def _is_listed(store: S3Store, key: str) -> bool:
    """Look for a key among those of its directory, from just before it: object_store lists by directory alone."""
    directory, _, name = key.rpartition("/")
    before = directory if name[:-1] in {"", ".", ".."} else key[:-1]
    try:
        for (entry,) in obstore.list(store, directory or None, offset=before or None, chunk_size=1):
            if entry["path"] >= key:
                return bool(entry["path"] == key)
    except InvalidPathError:
        raise BeyondObstoreError("keys beside it have parts that obstore cannot read") from None
    return False


def _request(
    bucket: str, key: str, operation: str, send: Callable[[S3Store], Any], seconds: int = _READ_SECONDS
) -> Any:
    if os.getpid() != _PROCESS:
        raise BeyondObstoreError("obstore makes no requests in a forked process, as it does in a spawned one")
    parts = key.split("/")
    if not all(parts) or {".", ".."} & set(parts) or any(letter < " " or letter == "\x7f" for letter in key):
        raise BeyondObstoreError(
            'obstore has no keys with "//", with "." and ".." as parts, or with control characters'
        )
    region = _regions.get(bucket) or s3_options.region(os.environ)
    value, error = _send(bucket, region, send, seconds)
    elsewhere = error and _region_elsewhere(bucket, str(error))
    if elsewhere and elsewhere != region:
        _regions[bucket] = region = elsewhere
        value, error = _send(bucket, region, send, seconds)
    if isinstance(error, BeyondObstoreError):
        raise error
    if error:
        address = s3_options.address(bucket, region, os.environ)
        raise S3RefusalError(s3_refusals.reason(str(error), operation, address)) from None
    return value


def _send(bucket: str, region: str, send: Callable[[S3Store], Any], seconds: int) -> tuple[Any, BaseException | None]:
    store = _stores.get((bucket, region, seconds))
    if store is None:
        store = _stores[bucket, region, seconds] = _store(s3_options.options(bucket, region, os.environ, seconds))
    return wait_for(lambda: send(store))


def _region_elsewhere(bucket: str, error: str) -> str | None:
    """The region of a bucket, when an error says that it is not where it was looked for.

    S3 tells in a redirect's header, which obstore does not show; but its global address refuses a signature for another
    region with the right one. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
    """
    if not s3_refusals.is_redirect(error):
        return s3_refusals.region(error)
    known = s3_options.global_options(bucket, os.environ, _READ_SECONDS)
    if known is None:
        return None
    store = _store(known)
    _, answer = wait_for(lambda: obstore.get(store, "region"))
    return s3_refusals.region(str(answer)) or s3_options.GLOBAL_REGION


def _store(options: dict[str, Any]) -> S3Store:
    # object_store reads the environment as well, where a variable that is set to nothing counts: not so for AWS.
    empty = [name for name, value in os.environ.items() if name.startswith("AWS_") and not value]
    for name in empty:
        del os.environ[name]
    try:
        return S3Store(**options)
    except Exception as error:  # noqa: BLE001 - of several types, and all of them about what the environment says
        raise S3RefusalError(s3_refusals.reason(str(error), "", "")) from None
    finally:
        os.environ.update(dict.fromkeys(empty, ""))
