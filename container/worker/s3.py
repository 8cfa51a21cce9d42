"""Objects in S3, read and written whole. Handlers may use it too.

Requests are made by obstore, and by botocore where obstore is not installed or cannot do what is asked: see decision 13
of the library that this worker comes with. Endpoint, region, credentials and retries are those of every AWS SDK:
``AWS_ENDPOINT_URL``, ``AWS_REGION``, the job role and so on. Either is imported with the first request, because that
costs more than everything else that a small job does.
"""

from __future__ import annotations

import time

from worker.errors import (
    BeyondObstoreError,
    BrokenOffError,
    OverwritingError,
    S3Error,
    S3RefusalError,
    UnconditionalError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is a module too, and not a small one
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

_READS = 5  # of one object, when it breaks off
_ROUNDS = 5  # of a write that others get ahead of
_PAUSE_SECONDS = 0.1  # twice that before the second of either; each pause after it is twice as long


def read(uri: str) -> bytes:
    """The object at ``s3://bucket/key``, whole: one that breaks off is read again, up to five times.

    Raises:
        S3Error: it does not exist, may not be read, breaks off each time, or S3 cannot be reached.
    """
    content: bytes = _request(uri, lambda client, bucket, key: _read(client, bucket, key)[0])
    return content


def write(uri: str, content: bytes) -> None:
    """Put an object at ``s3://bucket/key`` in one request: it is there as a whole or not at all.

    Raises:
        S3Error: it may not be written, or S3 cannot be reached.
    """
    _request(uri, lambda client, bucket, key: client.write(bucket, key, content, _kind(key)))


def write_once(uri: str, content: bytes, since: float) -> bool:
    """Put an object, unless somebody has put another one there meanwhile.

    Of several that write at once one gets through and stays; the others are told. What has been there before is
    replaced. The time of writing is kept with the object as ``written``, because S3 tells it in whole seconds only.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html

    Args:
        uri: ``s3://bucket/key``.
        content: what is put.
        since: what was written at this time or later, in seconds since the epoch, is not replaced.

    Returns:
        Whether the object has this content now.

    Raises:
        S3Error: it may not be written, or S3 cannot be reached.
    """
    done: bool = _request(uri, lambda client, bucket, key: _write_once(client, bucket, key, content, since))
    return done


def exists(uri: str) -> bool:
    """Whether there is an object at ``s3://bucket/key``.

    By a listing, because S3 denies a missing object to whoever may not list the whole bucket.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html

    Raises:
        S3Error: it may not be listed, or S3 cannot be reached.
    """
    found: bool = _request(uri, lambda client, bucket, key: client.exists(bucket, key))
    return found


def _kind(key: str) -> str:
    return "application/json" if key.endswith(".json") else "binary/octet-stream"


def _read(client: ModuleType, bucket: str, key: str) -> tuple[bytes, str, float, str]:
    attempt = 1
    while True:
        try:
            found: tuple[bytes, str, float, str] = client.read(bucket, key)
        except BrokenOffError as error:
            if attempt == _READS:
                raise S3RefusalError(f"it broke off {_READS} times: {error}") from error
            time.sleep(_PAUSE_SECONDS * 2**attempt)
            attempt += 1
        else:
            return found


def _write_once(client: ModuleType, bucket: str, key: str, content: bytes, since: float) -> bool:
    replaced: str | None = ""  # the version that is expected there: none
    for attempt in range(_ROUNDS):
        try:
            client.write(bucket, key, content, _kind(key), replaced=replaced, written=time.time())
        except UnconditionalError:
            replaced = None
        except OverwritingError:
            if attempt:
                time.sleep(_PAUSE_SECONDS * 2**attempt)  # others are at it, too
            try:
                found, replaced, modified, written = _read(client, bucket, key)
            except S3RefusalError:
                replaced = None  # who may not read what is there cannot tell since when it is, and replaces it
                continue
            if found == content:  # perhaps by this very write, whose answer was lost
                return True
            if max(modified, _seconds(written)) >= since:
                return False
        else:
            return True
    raise S3RefusalError(f"others have written it {_ROUNDS} times meanwhile")


def _seconds(written: str) -> float:
    try:
        return float(written or 0)
    except ValueError:
        return 0  # somebody else's, of the same name


def _request(uri: str, send: Callable[[ModuleType, str, str], Any]) -> Any:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not (uri.startswith("s3://") and bucket and key):
        raise S3Error(f"{uri!r} does not look like s3://bucket/key")
    try:
        try:
            return send(_obstore(), bucket, key)
        except BeyondObstoreError as beyond:
            return send(_botocore(beyond), bucket, key)
    except S3RefusalError as refusal:
        raise S3Error(f"{uri}: {refusal}") from refusal.__cause__


def _obstore() -> ModuleType:
    try:
        from worker import s3_obstore  # noqa: PLC0415 - see the module's docstring
    except ImportError as error:
        raise BeyondObstoreError(f"obstore is not installed ({error})", "obstore") from error
    return s3_obstore


def _botocore(beyond: BeyondObstoreError) -> ModuleType:
    try:
        from worker import s3_botocore  # noqa: PLC0415 - as above
    except ImportError as error:
        reason = f"{beyond}, and botocore is not installed: install {beyond.package} in this image"
        raise S3RefusalError(reason) from error
    return s3_botocore
