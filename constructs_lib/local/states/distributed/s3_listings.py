"""Items that are objects of a bucket: listed, or named by an S3 inventory.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from botocore.exceptions import ClientError

from constructs_lib.local.states.distributed.csv_items import csv_items
from constructs_lib.local.states.distributed.failures import READER_FAILED, MapRunError, service_cause
from constructs_lib.local.states.distributed.s3_objects import open_object


def listed_objects(client: Any, arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what ListObjectsV2 tells of each object, page by page.

    Names and values are those of Step Functions: ``Etag``, ``Key``, ``LastModified`` in seconds since the epoch,
    ``Size`` and ``StorageClass``.
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


def inventory_items(client: Any, manifest: IO[bytes]) -> Iterator[object]:
    """Yield the rows of the gzip-compressed CSV files that an S3 inventory's ``manifest.json`` names.

    Raises:
        MapRunError: no such manifest, or an inventory in another format than CSV.
    """
    bucket, columns, keys = _inventory(manifest.read())
    for key in keys:
        packed = open_object(client, {"Bucket": bucket, "Key": key})
        with packed, gzip.GzipFile(fileobj=packed, mode="rb") as unpacked:
            try:
                yield from csv_items(unpacked, columns)
            except (OSError, EOFError) as error:
                raise MapRunError(READER_FAILED, f"Unable to unpack '{key}': {error}") from error


def _inventory(text: bytes) -> tuple[str, list[str], list[str]]:
    try:
        manifest = json.loads(text)
        file_format = manifest["fileFormat"]
        bucket = str(manifest["destinationBucket"]).removeprefix("arn:aws:s3:::")
        columns = [name.strip() for name in manifest["fileSchema"].split(",")]
        keys = [str(file["key"]) for file in manifest["files"]]
    except (ValueError, TypeError, KeyError) as error:
        raise MapRunError(READER_FAILED, f"Not a manifest of an S3 inventory: {error!r}") from error
    if file_format != "CSV":
        raise MapRunError(READER_FAILED, f"The S3 inventory has the format '{file_format}', only CSV can be read.")
    return bucket, columns, keys
