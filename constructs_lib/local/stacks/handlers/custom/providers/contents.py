"""What is deleted with a bucket or a repository, and how long a log group keeps what it has."""

import contextlib
from collections.abc import Iterator

from botocore.exceptions import ClientError
from moto.s3.models import FakeKey, s3_backends

from constructs_lib.local.stacks.handlers.custom.providers.requests import Answer, Request
from constructs_lib.local.stacks.services import Services


def objects(asked: Request) -> Answer:
    """``auto_delete_objects`` of a bucket: it is emptied when it is deleted, or another one takes its place."""
    name = asked.properties["BucketName"]
    if asked.kind == "Delete":
        _empty(asked.services, name)
    elif asked.kind == "Update" and asked.before.get("BucketName") != name:
        _empty(asked.services, asked.before["BucketName"])
    return Answer(asked.physical_id)


def _empty(services: Services, bucket: str) -> None:
    """Take everything out of a bucket, past its API, each call of which a bucket that logs to itself would log."""
    found = s3_backends[services.account][services.partition].buckets.get(bucket)
    if found is None:
        return
    for versions in list(found.keys.lists()):
        for item in versions:
            if isinstance(item, FakeKey):
                item.dispose()
    found.keys.clear()


def images(asked: Request) -> Answer:
    """``empty_on_delete`` of a repository, as it was before CloudFormation could."""
    if asked.kind == "Delete":
        ecr, which = asked.services.client("ecr"), {"repositoryName": asked.properties["RepositoryName"]}
        with _if_there("RepositoryNotFoundException"):
            for found in ecr.get_paginator("list_images").paginate(**which):
                if found["imageIds"]:
                    ecr.batch_delete_image(**which, imageIds=found["imageIds"])
    return Answer(asked.physical_id)


def log_retention(asked: Request) -> Answer:
    """``log_retention`` of a function: its log group, made before it writes, and kept when it is deleted."""
    properties = asked.properties
    name = properties["LogGroupName"]
    logs = asked.services.elsewhere(properties.get("LogGroupRegion", asked.services.region)).client("logs")
    if asked.kind != "Delete":
        with _if_there("ResourceAlreadyExistsException"):
            logs.create_log_group(logGroupName=name)
        if properties.get("RetentionInDays"):
            logs.put_retention_policy(logGroupName=name, retentionInDays=int(properties["RetentionInDays"]))
        else:
            logs.delete_retention_policy(logGroupName=name)
    elif properties.get("RemovalPolicy") == "destroy":
        with _if_there("ResourceNotFoundException"):
            logs.delete_log_group(logGroupName=name)
    return Answer(name, {"LogGroupName": name})


@contextlib.contextmanager
def _if_there(code: str) -> Iterator[None]:
    """Do what may fail with a code that says that there is nothing to do."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise
