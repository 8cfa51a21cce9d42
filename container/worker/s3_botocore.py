"""Requests to S3 by botocore: where obstore is not installed, or cannot do what is asked."""

from __future__ import annotations

import gc
from functools import cache

from worker.errors import S3RefusalError

# botocore as boto3 brings it, without boto3 on top, and with the garbage collector out of the way while hundreds of
# thousands of objects are made that stay: measurably less time than boto3.client("s3") takes.
gc.disable()
try:
    import botocore.session
    from botocore.exceptions import BotoCoreError, ClientError
finally:
    gc.enable()

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is a module too, and not a small one
    from collections.abc import Callable
    from typing import Any


def read(bucket: str, key: str) -> bytes:
    """The content of an object; `S3RefusalError` when there is none to have."""
    content: bytes = _request(lambda client: client.get_object(Bucket=bucket, Key=key)["Body"].read())
    return content


def write(bucket: str, key: str, content: bytes, kind: str) -> None:
    """Put an object in one request, with its media type; `S3RefusalError` when it is not taken."""
    _request(lambda client: client.put_object(Bucket=bucket, Key=key, Body=content, ContentType=kind))


def exists(bucket: str, key: str) -> bool:
    """Whether an object is listed under exactly this key; `S3RefusalError` when that cannot be told."""
    found = _request(lambda client: client.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1))
    return any(entry["Key"] == key for entry in found.get("Contents", ()))


def _request(send: Callable[[Any], Any]) -> Any:
    try:
        return send(_client())
    except (BotoCoreError, ClientError) as error:
        raise S3RefusalError(str(error)) from error


@cache
def _client() -> Any:
    gc.disable()  # as above
    try:
        return botocore.session.get_session().create_client("s3")
    finally:
        gc.enable()
