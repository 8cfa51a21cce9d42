"""Reads objects of S3 for an ItemReader: copied aside first, so that slow children do not hold a connection open."""

import shutil
import tempfile
from collections.abc import Mapping
from typing import IO, Any

from botocore.exceptions import ClientError

from constructs_lib.local.states.distributed.failures import READER_FAILED, MapRunError, service_cause

_MEMORY_BYTES = 64 * 1024 * 1024  # larger objects go to a temporary file
_CHUNK_BYTES = 1024 * 1024


def open_object(client: Any, arguments: Mapping[str, Any]) -> IO[bytes]:
    """Return an object's bytes as a file; the caller closes it.

    Args:
        client: boto3's S3 client.
        arguments: Bucket, Key and VersionId, as GetObject takes them.

    Raises:
        MapRunError: ``States.ItemReaderFailed`` with S3's answer as the cause.
    """
    copied: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_MEMORY_BYTES)  # noqa: SIM115 returned
    try:
        shutil.copyfileobj(client.get_object(**arguments)["Body"], copied, _CHUNK_BYTES)
    except ClientError as error:
        copied.close()
        raise MapRunError(READER_FAILED, service_cause(error)) from error
    copied.seek(0)
    return copied
