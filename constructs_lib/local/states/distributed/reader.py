"""ItemReader: which items a configuration stands for, read one after the other.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from constructs_lib.limits import STEP_FUNCTIONS_READER_ITEMS
from constructs_lib.local.states.distributed.csv_items import csv_items
from constructs_lib.local.states.distributed.failures import READER_FAILED, MapRunError
from constructs_lib.local.states.distributed.json_items import json_items, json_lines
from constructs_lib.local.states.distributed.s3_listings import inventory_items, listed_objects
from constructs_lib.local.states.distributed.s3_objects import open_object

LISTING = "s3:listObjectsV2"
OBJECT = "s3:getObject"
INPUT_TYPES = ("CSV", "JSON", "JSONL", "MANIFEST")


def read_items(client: Any, reader: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the items of a data set.

    Args:
        client: boto3's S3 client.
        reader: the ItemReader field with its expressions evaluated.

    Raises:
        MapRunError: ``States.ItemReaderFailed``: what cannot be read; while reading, too.
    """
    config = reader.get("ReaderConfig") or {}
    arguments = reader.get("Arguments") or reader.get("Parameters") or {}
    items = (
        listed_objects(client, arguments) if reader["Resource"].endswith(LISTING) else _read(client, arguments, config)
    )
    limit = max_items(config)
    return islice(items, limit) if limit else items


def max_items(config: Mapping[str, Any]) -> int:
    """Return at most how many items are read; 0 means all.

    Raises:
        MapRunError: not a whole number, negative, or more than 100,000,000.
    """
    limit = config.get("MaxItems", 0)
    if isinstance(limit, str) and limit.isdecimal():
        limit = int(limit)
    if isinstance(limit, bool) or not isinstance(limit, int):
        raise MapRunError(READER_FAILED, f"field MaxItems must be an integer, but was '{limit}'")
    if not 0 <= limit <= STEP_FUNCTIONS_READER_ITEMS:
        raise MapRunError(READER_FAILED, "field MaxItems must be positive")
    return limit


def _read(client: Any, arguments: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[Any]:
    with open_object(client, arguments) as source:
        kind = config.get("InputType", "JSON")
        if kind == "CSV":
            given = config.get("CSVHeaders") if config.get("CSVHeaderLocation") == "GIVEN" else None
            yield from csv_items(source, given, config.get("CSVDelimiter", "COMMA"))
        elif kind == "JSONL":
            yield from json_lines(source)
        elif kind == "MANIFEST":
            yield from inventory_items(client, source)
        else:
            yield from json_items(source, config.get("ItemsPointer", ""))
