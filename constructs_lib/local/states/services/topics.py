"""Gap: moto's Publish calls a topic that is not there an endpoint, and a missing message group a missing parameter.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from collections.abc import Callable
from typing import Any

from moto.sns.exceptions import SNSInvalidParameter, SNSNotFoundError, TopicNotFound
from moto.sns.models import SNSBackend

from constructs_lib.local.patching import Patch

_publish: Callable[..., str] = SNSBackend.publish


def patches() -> list[Patch]:
    """Refuse in AWS's words."""
    return [Patch(SNSBackend, "publish", _publish_to_topic)]


def _publish_to_topic(self: Any, message: str, arn: str | None, **options: Any) -> str:
    topic = self.topics.get(arn)
    if topic and topic.fifo_topic and not options.get("group_id"):
        raise SNSInvalidParameter("Invalid parameter: The MessageGroupId parameter is required for FIFO topics")
    try:
        return _publish(self, message, arn, **options)
    except SNSNotFoundError:
        if ":endpoint/" in str(arn):
            raise
        raise TopicNotFound from None
