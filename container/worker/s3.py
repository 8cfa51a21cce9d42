"""Objects in S3, read and written whole. Handlers may use it too.

Endpoint, region, credentials and retries are botocore's: ``AWS_ENDPOINT_URL``, ``AWS_REGION``, the job role and so on.
botocore is imported with the first request, because that costs more than everything else that a small job does.
"""

from __future__ import annotations

import gc
from functools import cache

from worker.errors import S3Error

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is a module too, and not a small one
    from collections.abc import Callable
    from typing import Any


def read(uri: str) -> bytes:
    """The object at ``s3://bucket/key``.

    Raises:
        S3Error: it does not exist, may not be read, or S3 cannot be reached.
    """
    content: bytes = _request(uri, lambda client, place: client.get_object(**place)["Body"].read())
    return content


def write(uri: str, content: bytes) -> None:
    """Put an object at ``s3://bucket/key`` in one request: it is there as a whole or not at all.

    Raises:
        S3Error: it may not be written, or S3 cannot be reached.
    """
    kind = "application/json" if uri.endswith(".json") else "binary/octet-stream"
    _request(uri, lambda client, place: client.put_object(**place, Body=content, ContentType=kind))


def exists(uri: str) -> bool:
    """Whether there is an object at ``s3://bucket/key``.

    By a listing, because S3 denies a missing object to whoever may not list the whole bucket.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html

    Raises:
        S3Error: it may not be listed, or S3 cannot be reached.
    """
    key = uri.removeprefix("s3://").partition("/")[2]
    found: dict[str, Any] = _request(
        uri, lambda client, place: client.list_objects_v2(Bucket=place["Bucket"], Prefix=place["Key"], MaxKeys=1)
    )
    return any(entry["Key"] == key for entry in found.get("Contents", ()))


def _request(uri: str, send: Callable[[Any, dict[str, str]], Any]) -> Any:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not (uri.startswith("s3://") and bucket and key):
        raise S3Error(f"{uri!r} does not look like s3://bucket/key")
    try:
        client, errors = _connect()
    except ImportError as error:
        raise S3Error(f"{uri}: this image has no boto3 ({error})") from error
    try:
        return send(client, {"Bucket": bucket, "Key": key})
    except errors as error:
        raise S3Error(f"{uri}: {error}") from error


@cache
def _connect() -> tuple[Any, tuple[type[Exception], ...]]:
    # botocore as boto3 brings it, without boto3 on top, and with the garbage collector out of the way while hundreds of
    # thousands of objects are made that stay: measurably less time than boto3.client("s3") takes.
    gc.disable()
    try:
        import botocore.session  # noqa: PLC0415 - see the module's docstring
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        return botocore.session.get_session().create_client("s3"), (BotoCoreError, ClientError)
    finally:
        gc.enable()
