"""The function that gives jobs a new image: it runs in AWS Lambda, with the standard library and boto3 alone."""

import json
import os
from typing import Any

import boto3


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Register a revision of each job for the image of a push; one that has it already stays.

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
    taken = batch.meta.service_model.operation_model("RegisterJobDefinition").input_shape.members
    given = {key: value for key, value in newest.items() if key in taken}
    # AWS sets these itself, and lets nobody else.
    given["tags"] = {key: value for key, value in given.get("tags", {}).items() if not key.startswith("aws:")}
    wanted = with_image(given, image)
    made = newest if wanted == given else batch.register_job_definition(**wanted)
    print(image, "is run by", made["jobDefinitionArn"])  # noqa: T201 - for its log
    return str(made["jobDefinitionArn"])


def with_image(value: Any, image: str, key: str = "") -> Any:
    """The same with another image wherever one of the same repository is: a job may have several containers."""
    if isinstance(value, dict):
        return {name: with_image(part, image, name) for name, part in value.items()}
    if isinstance(value, list):
        return [with_image(part, image) for part in value]
    repository = image.partition("@")[0]
    return image if key == "image" and value.startswith((f"{repository}:", f"{repository}@")) else value
