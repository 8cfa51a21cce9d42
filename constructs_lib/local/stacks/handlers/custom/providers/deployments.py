"""``s3_deployment.BucketDeployment``: archives whose files become objects of a bucket.

Source: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3_deployment-readme.html
"""

import fnmatch
import io
import json
import mimetypes
import zipfile
from collections.abc import Iterator
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from constructs_lib.local.stacks.handlers.contract.handler import Properties
from constructs_lib.local.stacks.handlers.custom.providers.requests import Answer, Request

_PREFIX, _OWNED = "aws.cdk.s3deployment", "aws-cdk:cr-owned"
_SYSTEM = ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "StorageClass")


def deployment(asked: Request) -> Answer:
    """Put the files of all sources into a bucket; take away what is there besides, unless it is to stay."""
    s3, properties = asked.services.client("s3"), asked.properties
    keeps = properties.get("RetainOnDelete", "true") == "true"
    data = {
        "DestinationBucketArn": properties.get("DestinationBucketArn"),
        "SourceObjectKeys": properties["SourceObjectKeys"]
        if properties.get("OutputObjectKeys", "true") == "true"
        else [],
    }
    place = _place(properties)
    if asked.kind == "Delete":
        if not keeps and not _is_owned(s3, *place):
            _remove(s3, *place)
        return Answer(asked.physical_id, data)
    if asked.kind == "Update" and not keeps and _place(asked.before) != place:
        _remove(s3, *_place(asked.before))
    _put(s3, properties)
    is_new = asked.kind == "Create"
    return Answer(f"{_PREFIX}.{asked.event['RequestId']}" if is_new else asked.physical_id, data)


def _put(s3: Any, properties: Properties) -> None:
    bucket, prefix = _place(properties)
    include, exclude = properties.get("Include", []), properties.get("Exclude", [])

    def is_meant(name: str) -> bool:
        return not _fits(name, exclude) or _fits(name, include)

    told = _metadata(properties)
    put = set()
    for name, content in _files(s3, properties):
        if is_meant(name):
            kind, _ = mimetypes.guess_type(name)
            s3.put_object(
                Bucket=bucket, Key=prefix + name, Body=content, **({"ContentType": kind} if kind else {}) | told
            )
            put.add(prefix + name)
    if properties.get("Prune", "true").lower() == "true":
        for key in list(_keys(s3, bucket, prefix)):
            if key not in put and is_meant(key.removeprefix(prefix)):
                s3.delete_object(Bucket=bucket, Key=key)


def _files(s3: Any, properties: Properties) -> Iterator[tuple[str, bytes]]:
    """The files of all sources, with the values that only the deployment knows in the places of their markers."""
    sources = zip(properties["SourceBucketNames"], properties["SourceObjectKeys"], strict=True)
    for number, (bucket, key) in enumerate(sources):
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        if properties.get("Extract", "true") != "true":
            yield key.rpartition("/")[2], body
            continue
        markers = _item(properties.get("SourceMarkers"), number)
        is_json = _item(properties.get("SourceMarkersConfig"), number).get("jsonEscape") == "true"
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    yield entry.filename, _marked(archive.read(entry), markers, is_json=is_json)


def _marked(content: bytes, markers: dict[str, str], *, is_json: bool) -> bytes:
    for marker, value in markers.items():
        written = json.dumps(value)[1:-1] if is_json else value
        content = content.replace(marker.encode(), written.encode())
    return content


def _item(items: list[dict[str, str]] | None, number: int) -> dict[str, str]:
    return items[number] if items else {}


def _place(properties: Properties) -> tuple[str, str]:
    """The bucket, and what the keys of the objects begin with."""
    prefix = properties.get("DestinationBucketKeyPrefix", "").strip("/")
    return properties["DestinationBucketName"], f"{prefix}/" if prefix else ""


def _metadata(properties: Properties) -> Properties:
    known = {xform_name(name).replace("_", "-"): name for name in _SYSTEM}
    system = properties.get("SystemMetadata", {})
    told: Properties = {known[name]: value for name, value in system.items() if name in known}
    if user := properties.get("UserMetadata"):
        told["Metadata"] = user
    return told


def _is_owned(s3: Any, bucket: str, prefix: str) -> bool:
    """Whether another deployment has a hold on what is there."""
    try:
        tags = s3.get_bucket_tagging(Bucket=bucket)["TagSet"]
    except ClientError:
        return False
    owned = ":".join(part for part in (_OWNED, prefix.rstrip("/")) if part)
    return any(tag["Key"].startswith(owned) for tag in tags)


def _remove(s3: Any, bucket: str, prefix: str) -> None:
    try:
        for key in list(_keys(s3, bucket, prefix)):
            s3.delete_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise


def _keys(s3: Any, bucket: str, prefix: str) -> Iterator[str]:
    for found in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from (item["Key"] for item in found.get("Contents", []))


def _fits(name: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
