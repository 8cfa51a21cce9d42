"""Metrics of Amazon SNS: what topics are told, and what of it arrives.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""

from collections.abc import Callable
from typing import Any

from moto.sns.models import Subscription, Topic

from constructs_lib.local.account import Location
from constructs_lib.local.metrics.measured.counting import count
from constructs_lib.local.patching import Around, Patch

_NAMESPACE = "AWS/SNS"


def patches() -> list[Patch]:
    """Measure what is published."""
    return [Around(Topic, "publish", _measured_topic), Around(Subscription, "publish", _measured_subscription)]


def _measured_topic(publish: Callable[..., str]) -> Callable[..., str]:
    def measured(self: Any, message: str, *arguments: Any, **options: Any) -> str:
        told = publish(self, message, *arguments, **options)
        count(Location.of(self.arn), _NAMESPACE, "NumberOfMessagesPublished", _of(self))
        size = float(len(message.encode(errors="replace")))
        count(Location.of(self.arn), _NAMESPACE, "PublishSize", _of(self), value=size, unit="Bytes")
        return told

    return measured


def _measured_subscription(publish: Callable[..., None]) -> Callable[..., None]:
    def measured(self: Any, *arguments: Any, **options: Any) -> None:
        name = "NumberOfNotificationsFailed"
        try:
            publish(self, *arguments, **options)
            name = "NumberOfNotificationsDelivered"
        finally:
            count(Location.of(self.topic.arn), _NAMESPACE, name, _of(self.topic))

    return measured


def _of(topic: Any) -> dict[str, str]:
    return {"TopicName": topic.name}
