"""Requests to S3 by botocore: where obstore is not installed, or cannot do what is asked."""

from __future__ import annotations

import gc
from functools import cache

from worker.errors import BrokenOffError, OverwritingError, S3RefusalError, UnconditionalError

# botocore as boto3 brings it, without boto3 on top, and with the garbage collector out of the way while hundreds of
# thousands of objects are made that stay: measurably less time than boto3.client("s3") takes.
gc.disable()
try:
    import botocore.session
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError
finally:
    gc.enable()

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is a module too, and not a small one
    from collections.abc import Callable
    from typing import Any


_CHANGED = {"ConditionalRequestConflict", "NoSuchKey", "PreconditionFailed"}
"""What S3 calls it that something else is there than what is to be replaced."""


def read(bucket: str, key: str) -> tuple[bytes, str, float, str]:
    """An object: its content, its version, its time in seconds since the epoch, and what it says of its time.

    Raises:
        BrokenOffError: its end did not come.
        S3RefusalError: there is none to have.
    """
    answer = _request(lambda client: client.get_object(Bucket=bucket, Key=key))
    try:
        content: bytes = answer["Body"].read()
    except (HTTPClientError, IncompleteReadError) as error:
        raise BrokenOffError(str(error)) from error
    return content, answer["ETag"], answer["LastModified"].timestamp(), answer["Metadata"].get("written", "")


def write(
    bucket: str, key: str, content: bytes, kind: str, *, replaced: str | None = None, written: float | None = None
) -> None:
    """Put an object in one request.

    Args:
        bucket: its bucket.
        key: its key.
        content: of the object.
        kind: its media type.
        replaced: the version that has to be there, nothing for none. Default: whatever is there is replaced. A botocore
            of before such conditions replaces it, too.
        written: what the object says of its time. Default: nothing.

    Raises:
        OverwritingError: something else is there than what is to be replaced.
        UnconditionalError: the store cannot look at that.
        S3RefusalError: it is not taken.
    """
    arguments: dict[str, Any] = {"Bucket": bucket, "Key": key, "Body": content, "ContentType": kind}
    if written is not None:
        arguments["Metadata"] = {"written": f"{written:.6f}"}
    if replaced is not None:
        arguments |= {"IfMatch": replaced} if replaced else {"IfNoneMatch": "*"}

    def put(client: Any) -> None:
        known = client.meta.service_model.operation_model("PutObject").input_shape.members
        client.put_object(**{name: value for name, value in arguments.items() if name in known})

    try:
        _request(put)
    except S3RefusalError as error:
        code = getattr(error.__cause__, "response", {}).get("Error", {}).get("Code")
        if replaced is not None and code in _CHANGED:
            raise OverwritingError from None
        if replaced is not None and code == "NotImplemented":
            raise UnconditionalError from None
        raise


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
