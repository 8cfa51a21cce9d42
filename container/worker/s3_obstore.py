"""Requests to S3 by obstore, which is Rust's object_store: a tenth of the time that botocore takes to begin.

Source: https://developmentseed.org/obstore/
"""

from __future__ import annotations

import os
import time
from functools import partial

import obstore
from obstore.exceptions import AlreadyExistsError, InvalidPathError, PreconditionError
from obstore.store import S3Store

from worker import s3_options, s3_refusals
from worker.errors import BeyondObstoreError, BrokenOffError, OverwritingError, S3RefusalError, UnconditionalError
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


def read(bucket: str, key: str) -> tuple[bytes, str, float, str]:
    """An object: its content, its version, its time in seconds since the epoch, and what it says of its time.

    Raises:
        BrokenOffError: its end did not come.
        S3RefusalError: there is none to have.
    """
    return _request(bucket, key, "GetObject", lambda store: _found(obstore.get(store, key)))


def write(
    bucket: str, key: str, content: bytes, kind: str, *, replaced: str | None = None, written: float | None = None
) -> None:
    """Put an object in one request.

    Args:
        bucket: its bucket.
        key: its key.
        content: of the object.
        kind: its media type.
        replaced: the version that has to be there, nothing for none. Default: whatever is there is replaced.
        written: what the object says of its time. Default: nothing.

    Raises:
        OverwritingError: something else is there than what is to be replaced.
        UnconditionalError: the store cannot look at that.
        S3RefusalError: it is not taken.
    """
    # A text would be the path of a file to obstore; to botocore it was content.
    body = content.encode() if isinstance(content, str) else memoryview(content)
    attributes = {"Content-Type": kind}
    if written is not None:
        attributes["written"] = f"{written:.6f}"
    mode = "overwrite" if replaced is None else {"e_tag": replaced} if replaced else "create"

    def put(store: S3Store) -> None:
        obstore.put(store, key, body, attributes=attributes, mode=mode, use_multipart=False)

    is_conditional = replaced is not None
    send = partial(_send_again, put) if is_conditional else put
    seconds = _READ_SECONDS + len(body) // _BYTES_PER_SECOND
    _request(bucket, key, "PutObject", send, seconds, is_conditional=is_conditional)


def exists(bucket: str, key: str) -> bool:
    """Whether an object is listed under exactly this key; `S3RefusalError` when that cannot be told."""
    return _request(bucket, key, "ListObjectsV2", lambda store: _is_listed(store, key))


def _send_again(put: Callable[[S3Store], None], store: S3Store) -> None:
    """Put by a condition, which object_store sends once if there is no answer: what the first did decides the second.

    `worker.s3` looks at what is there then, and finds its own content.
    """
    attempt = 1
    while True:
        try:
            return put(store)
        except Exception as error:
            if attempt == s3_options.attempts(os.environ) or not s3_refusals.is_unanswered(str(error)):
                raise
        time.sleep(min(0.5 * 4 ** (attempt - 1), 20))  # as long as before what object_store sends again
        attempt += 1


def _found(answer: obstore.GetResult) -> tuple[bytes, str, float, str]:
    size, attributes = answer.meta["size"], answer.attributes
    try:
        content = answer.bytes().to_bytes()
    except Exception as error:  # noqa: BLE001 - of several types, and all of them about the way of what was coming
        raise BrokenOffError(str(error)) from None
    if len(content) != size:
        raise BrokenOffError(f"{len(content)} of {size} bytes came")
    version, modified = answer.meta["e_tag"] or "", answer.meta["last_modified"].timestamp()
    return content, version, modified, attributes.get("written", "")


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
    bucket: str,
    key: str,
    operation: str,
    send: Callable[[S3Store], Any],
    seconds: int = _READ_SECONDS,
    *,
    is_conditional: bool = False,
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
        if is_conditional:
            _raise_if_condition(error)
        address = s3_options.address(bucket, region, os.environ)
        kind = BrokenOffError if isinstance(error, BrokenOffError) else S3RefusalError
        raise kind(s3_refusals.reason(str(error), operation, address)) from None
    return value


def _raise_if_condition(error: BaseException) -> None:
    code = s3_refusals.code(str(error))
    if isinstance(error, (AlreadyExistsError, PreconditionError)) or code == "NoSuchKey":
        raise OverwritingError from None
    if code == "NotImplemented":
        raise UnconditionalError from None


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
