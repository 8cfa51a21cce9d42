"""Notifications of a bucket, and whether it sends its events to EventBridge: ``Bucket.add_event_notification``.

Those of a bucket of the stack are all that it has; to a bucket of others they are added, and taken away again.

Source: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3_notifications-readme.html
"""

import json
import zlib
from typing import Any

from constructs_lib.local.stacks.handlers.contract.handler import Properties
from constructs_lib.local.stacks.handlers.contract.requests import input_of
from constructs_lib.local.stacks.handlers.custom.providers.requests import Answer, Request

_KINDS = ("TopicConfigurations", "QueueConfigurations", "LambdaFunctionConfigurations")
_BRIDGE = "EventBridgeConfiguration"


def notifications(asked: Request) -> Answer:
    """Put the configuration that is wanted."""
    s3, bucket = asked.services.client("s3"), asked.properties["BucketName"]
    wanted: Properties = {} if asked.kind == "Delete" else asked.properties["NotificationConfiguration"]
    if asked.properties.get("Managed", "true").lower() != "true":
        wanted = _added(asked, s3.get_bucket_notification_configuration(Bucket=bucket), wanted)
    given = input_of(s3, "put_bucket_notification_configuration", {"NotificationConfiguration": wanted})
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        SkipDestinationValidation=asked.properties.get("SkipDestinationValidation", "false").lower() == "true",
        **given,
    )
    return Answer(asked.event.get("PhysicalResourceId") or asked.event["LogicalResourceId"])


def _added(asked: Request, there: Properties, wanted: Properties) -> Properties:
    """What is there of others, and what is wanted, which is told apart by its ids."""
    own = f"{asked.event['StackId']}-"
    told: Properties = {}
    for kind in _KINDS:
        others = [item for item in there.get(kind, []) if not item.get("Id", "").startswith(own)]
        told[kind] = [*others, *({**item, "Id": f"{own}{_digest(item)}"} for item in wanted.get(kind, []))]
    if _BRIDGE in wanted or _BRIDGE in there:
        told[_BRIDGE] = {}
    return told


def _digest(item: Any) -> int:
    return zlib.crc32(json.dumps(item, sort_keys=True).encode())
