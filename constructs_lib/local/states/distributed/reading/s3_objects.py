"""Lists and opens objects of S3 for an ItemReader.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html.
"""

import gzip
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, cast

from botocore.exceptions import ClientError

from constructs_lib.local.states.distributed.failures import READER_FAILED, MapRunError, service_cause

_MEMORY_BYTES = 64 * 1024 * 1024  # larger objects go to a temporary file
_CHUNK_BYTES = 1024 * 1024
_UNKNOWN_COMPRESSION = (".zst", ".zstd")


def listed_objects(client: Any, arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what ListObjectsV2 tells of each object, page by page.

    Names and values are those of Step Functions: ``Etag``, ``Key``, ``LastModified`` in seconds since the epoch,
    ``Size`` and ``StorageClass``.

    Raises:
        MapRunError: ``States.ItemReaderFailed`` with S3's answer as the cause.
    """
    try:
        for page in client.get_paginator("list_objects_v2").paginate(**arguments):
            for found in page.get("Contents", ()):
                yield {
                    "Etag": found["ETag"],
                    "Key": found["Key"],
                    "LastModified": int(found["LastModified"].timestamp()),
                    "Size": found["Size"],
                    "StorageClass": found.get("StorageClass", "STANDARD"),
                }
    except ClientError as error:
        raise MapRunError(READER_FAILED, service_cause(error)) from error


@contextmanager
def open_object(client: Any, arguments: Mapping[str, Any]) -> Iterator[IO[bytes]]:
    """Open an object's bytes as a file; those of a key that ends with ``.gz`` are unpacked.

    They are copied aside first, so that slow children do not hold a connection open.

    Args:
        client: boto3's S3 client.
        arguments: Bucket, Key, VersionId and the like, as GetObject takes them.

    Raises:
        MapRunError: ``States.ItemReaderFailed``: S3's answer, or bytes that cannot be unpacked.
    """
    key = str(arguments.get("Key", ""))
    if key.endswith(_UNKNOWN_COMPRESSION):
        raise MapRunError(READER_FAILED, f"'{key}' is compressed with Zstandard, which is not emulated; use gzip.")
    with tempfile.SpooledTemporaryFile(max_size=_MEMORY_BYTES) as copied:
        try:
            shutil.copyfileobj(client.get_object(**arguments)["Body"], copied, _CHUNK_BYTES)
        except ClientError as error:
            raise MapRunError(READER_FAILED, service_cause(error)) from error
        copied.seek(0)
        if not key.endswith(".gz"):
            yield cast("IO[bytes]", copied)
            return
        try:
            with gzip.GzipFile(fileobj=copied, mode="rb") as unpacked:
                yield cast("IO[bytes]", unpacked)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise MapRunError(READER_FAILED, f"Unable to unpack '{key}': {error}") from error
