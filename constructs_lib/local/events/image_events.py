"""The event that Amazon ECR sends when an image is pushed.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
"""

import json

from moto.events.models import events_backends

from constructs_lib.local.account import Location


def image_pushed(location: Location, repository: str, tag: str, digest: str) -> None:
    """Put the event on the default bus of the account and region that the repository is in."""
    detail = {
        "result": "SUCCESS",
        "repository-name": repository,
        "image-digest": digest,
        "action-type": "PUSH",
        "image-tag": tag,
    }
    event = {"Source": "aws.ecr", "DetailType": "ECR Image Action", "Resources": [], "Detail": json.dumps(detail)}
    events_backends[location.account][location.region].put_events([event])
