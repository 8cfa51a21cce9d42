"""Objects in S3, read and written whole. Handlers may use it too.

Requests are made by obstore, and by botocore where obstore is not installed or cannot do what is asked: see decision 13
of the library that this worker comes with. Endpoint, region, credentials and retries are those of every AWS SDK:
``AWS_ENDPOINT_URL``, ``AWS_REGION``, the job role and so on. Either is imported with the first request, because that
costs more than everything else that a small job does.
"""

from __future__ import annotations

from worker.errors import BeyondObstoreError, S3Error, S3RefusalError

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is a module too, and not a small one
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any


def read(uri: str) -> bytes:
    """The object at ``s3://bucket/key``.

    Raises:
        S3Error: it does not exist, may not be read, or S3 cannot be reached.
    """
    content: bytes = _request(uri, lambda client, bucket, key: client.read(bucket, key))
    return content


def write(uri: str, content: bytes) -> None:
    """Put an object at ``s3://bucket/key`` in one request: it is there as a whole or not at all.

    Raises:
        S3Error: it may not be written, or S3 cannot be reached.
    """
    kind = "application/json" if uri.endswith(".json") else "binary/octet-stream"
    _request(uri, lambda client, bucket, key: client.write(bucket, key, content, kind))


def exists(uri: str) -> bool:
    """Whether there is an object at ``s3://bucket/key``.

    By a listing, because S3 denies a missing object to whoever may not list the whole bucket.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html

    Raises:
        S3Error: it may not be listed, or S3 cannot be reached.
    """
    found: bool = _request(uri, lambda client, bucket, key: client.exists(bucket, key))
    return found


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
