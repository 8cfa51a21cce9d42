"""ItemReader: which items a configuration stands for, read one after the other.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html.
"""

import io
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import IO, Any

from constructs_lib.limits import STEP_FUNCTIONS_READER_ITEMS
from constructs_lib.local.states.distributed.failures import READER_FAILED, MapRunError
from constructs_lib.local.states.distributed.numbers import whole_number
from constructs_lib.local.states.distributed.reading.csv_items import csv_items
from constructs_lib.local.states.distributed.reading.items import Item
from constructs_lib.local.states.distributed.reading.json_items import json_items, json_lines
from constructs_lib.local.states.distributed.reading.manifests import athena_files, inventory
from constructs_lib.local.states.distributed.reading.s3_objects import listed_objects, open_object

LISTING = "s3:listObjectsV2"
OBJECT = "s3:getObject"


def read_items(client: Any, reader: Mapping[str, Any]) -> Iterator[Item]:
    """Yield the items of a data set.

    Args:
        client: boto3's S3 client.
        reader: the ItemReader field with its expressions evaluated.

    Raises:
        MapRunError: ``States.ItemReaderFailed``: what cannot be read; while reading, too.
    """
    config = reader.get("ReaderConfig") or {}
    arguments = reader.get("Arguments") or reader.get("Parameters") or {}
    read = _read_listing if reader["Resource"].endswith(LISTING) else _read_object
    limit = max_items(config)
    return islice(read(client, arguments, config), limit or None)


def items_of(text: str, reader: Mapping[str, Any]) -> Iterator[Item]:
    """Yield the items of a text that stands for the object, or for the JSON of the list, that would be read.

    Args:
        text: the data.
        reader: the ItemReader field with its expressions evaluated.

    Raises:
        MapRunError: ``States.ItemReaderFailed``: what cannot be read; while reading, too.
    """
    config = reader.get("ReaderConfig") or {}
    arguments = reader.get("Arguments") or reader.get("Parameters") or {}
    address = "/".join(("s3:/", *(str(arguments[name]) for name in ("Bucket", "Key") if name in arguments)))
    found = _parsed(io.BytesIO(text.encode()), config)
    return islice((Item(value, address) for value in found), max_items(config) or None)


def max_items(config: Mapping[str, Any], path: str | None = None) -> int:
    """Return at most how many items are read, which are never more than 100,000,000; 0 means all.

    Args:
        config: the ReaderConfig with its expressions evaluated.
        path: the path that was given instead of a number.

    Raises:
        MapRunError: not a whole number, or negative.
    """
    limit = whole_number("MaxItems", config.get("MaxItems", 0), path)
    if limit < 0:
        raise MapRunError(READER_FAILED, "field MaxItems must be positive")
    return min(limit, STEP_FUNCTIONS_READER_ITEMS)


def _read_listing(client: Any, arguments: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[Item]:
    bucket = arguments.get("Bucket")
    for found in listed_objects(client, arguments):
        if config.get("Transformation", "NONE") == "NONE":
            yield Item(found, f"s3://{bucket}")
        elif not found["Key"].endswith("/"):  # folders that the console makes
            yield from _read_object(client, {"Bucket": bucket, "Key": found["Key"]}, config)


def _read_object(client: Any, arguments: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[Item]:
    kind = config.get("ManifestType") or config.get("InputType")
    with open_object(client, arguments) as source:
        if kind == "ATHENA_DATA":
            data = {"InputType": "JSON", **config, "ManifestType": None}
            for bucket, key in athena_files(source):
                yield from _read_object(client, {"Bucket": bucket, "Key": key}, data)
            return
        found = _inventory(client, source) if kind in ("MANIFEST", "S3_INVENTORY") else _parsed(source, config)
        address = f"s3://{arguments.get('Bucket')}/{arguments.get('Key')}"
        yield from (Item(value, address) for value in found)


def _parsed(source: IO[bytes], config: Mapping[str, Any]) -> Iterator[Any]:
    kind = config.get("InputType", "JSON")
    if kind == "CSV":
        given = config.get("CSVHeaders") if config.get("CSVHeaderLocation") == "GIVEN" else None
        return csv_items(source, given, config.get("CSVDelimiter", "COMMA"))
    return json_lines(source) if kind == "JSONL" else json_items(source, config.get("ItemsPointer", ""))


def _inventory(client: Any, manifest: IO[bytes]) -> Iterator[Any]:
    described = inventory(manifest)
    for key in described.keys:
        with open_object(client, {"Bucket": described.bucket, "Key": key}) as rows:
            yield from csv_items(rows, described.columns)
