"""The function that gives jobs a new image: it runs in AWS Lambda, with the standard library and boto3 alone."""

import json
import os
from typing import Any

import boto3


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Register a revision of each job with the image of a push; one that has it already stays.

    Args:
        event: an event of ECR, of which the digest of the image is looked at.
    """
    batch = boto3.client("batch")
    image = f"{os.environ['REPOSITORY']}@{event['detail']['image-digest']}"
    return {name: register(batch, name, image) for name in json.loads(os.environ["JOBS"])}


def register(batch: Any, name: str, image: str) -> str:
    """Register the newest revision of a definition again, with another image; tells the ARN of what is newest then."""
    pages = batch.get_paginator("describe_job_definitions").paginate(jobDefinitionName=name, status="ACTIVE")
    revisions = [each for page in pages for each in page["jobDefinitions"]]
    if not revisions:
        message = f"no revision of {name} is active"
        raise LookupError(message)
    newest = max(revisions, key=lambda each: each["revision"])
    if newest["containerProperties"]["image"] != image:
        newest = batch.register_job_definition(**renewed(batch, newest, image))
    print(image, "is run by", newest["jobDefinitionArn"])  # noqa: T201 - for its log
    return str(newest["jobDefinitionArn"])


def renewed(batch: Any, described: dict[str, Any], image: str) -> dict[str, Any]:
    """What to register: of a described definition what can be given, with another image."""
    taken = batch.meta.service_model.operation_model("RegisterJobDefinition").input_shape.members
    given = {key: value for key, value in described.items() if key in taken}
    # AWS sets these itself, and lets nobody else.
    given["tags"] = {key: value for key, value in given.get("tags", {}).items() if not key.startswith("aws:")}
    given["containerProperties"] = {**given["containerProperties"], "image": image}
    return given
