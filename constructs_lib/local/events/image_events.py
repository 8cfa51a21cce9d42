"""The event that Amazon ECR sends when an image is pushed.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
"""

import json

from moto.events.models import events_backends

from constructs_lib.local.account import ACCOUNT, REGION


def image_pushed(repository: str, tag: str, digest: str) -> None:
    """Put the event on the default bus."""
    detail = {
        "result": "SUCCESS",
        "repository-name": repository,
        "image-digest": digest,
        "action-type": "PUSH",
        "image-tag": tag,
    }
    event = {"Source": "aws.ecr", "DetailType": "ECR Image Action", "Resources": [], "Detail": json.dumps(detail)}
    events_backends[ACCOUNT][REGION].put_events([event])
