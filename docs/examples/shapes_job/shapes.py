"""The jobs of docs/pipelines.md."""

import json
import os
from typing import Any
from urllib.parse import urlsplit

import boto3


def plan(day: str, _: Any) -> list[dict[str, str]]:
    """One job: the list of what there is to do on a day."""
    return [{"name": f"{day}-{name}"} for name in ("north", "south", "west")]


def measure(item: Any, _: Any) -> int:
    """One item: how long its text is."""
    return len(json.dumps(item))


def total(results_uri: str, _: Any) -> int:
    """One job: the sum of what the items of a fan-out have come to."""
    place = urlsplit(results_uri)
    s3 = boto3.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=place.netloc, Prefix=f"{place.path.lstrip('/')}/")
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    return sum(json.loads(s3.get_object(Bucket=place.netloc, Key=key)["Body"].read()) for key in keys)


def split(text: str, _: Any) -> list[str]:
    """First stage of an item."""
    return text.split()


def count(_: str, context: Any) -> int:
    """Second stage of the same item, which reads what the first has made of it."""
    return len(context.previous_result())


def tell(item: Any, context: Any) -> str:
    """One item, with a variable of its own."""
    return f"{context.index}: {item} {os.environ.get('SIZE', '')}".strip()
