"""Gap: moto's buckets tell EventBridge made-up things, and notify functions before they answer.

Events go to the default bus of the account and region of the bucket, for buckets that are to send them; notifications
to queues, topics and functions as the bucket is configured.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
"""

import contextlib
import itertools
import json
import secrets
from collections.abc import Callable
from typing import Any

import flask
from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.s3 import notifications
from moto.s3.models import S3Backend
from moto.s3.responses import S3Response
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.events.default_bus import DefaultBus
from constructs_lib.local.events.object_changes import ObjectChange
from constructs_lib.local.patching import Around, Change, Patch

_REQUEST_ID = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOPBACK = "127.0.0.1"


class BucketEvents:
    """What buckets tell.

    Args:
        bus: takes the events.
        clock: tells the time.
        requester: the account of who makes the request that is being answered; None outside of one.
    """

    def __init__(self, bus: DefaultBus, clock: Clock, requester: Callable[[], str | None]) -> None:
        self._bus = bus
        self._clock = clock
        self._requester = requester
        self._numbers = itertools.count(1)

    def patches(self) -> list[Change]:
        """Let buckets tell it."""

        def send_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
            self._send(account_id, str(getattr(event_name, "value", event_name)), bucket, key)

        return [
            Patch(notifications, "send_event", send_event),
            Around(S3Backend, "delete_object", _delete),
            Around(S3Response, "get_bucket_notification", _get_configuration),
        ]

    def _send(self, account_id: str, name: str, bucket: Any, key: Any) -> None:
        configuration = bucket.notification_configuration
        if configuration is None or _is_a_part(name):
            return
        change = self._change(account_id, name.removeprefix("s3:"), bucket, key)
        location = Location(account_id, bucket.region_name)
        if configuration.event_bridge is not None and change.detail_type and self._bus.is_heard():
            self._bus.send(location, "aws.s3", change.detail_type, [bucket.arn], change.detail)
        for wanted, notify in (
            (configuration.queue, _to_queue),
            (configuration.topic, _to_topic),
            (configuration.cloud_function, _to_function),
        ):
            for item in wanted:
                if item.matches(name, key.name):
                    notify(item.arn, json.dumps(change.notification(item.id)))

    def _change(self, account_id: str, kind: str, bucket: Any, key: Any) -> ObjectChange:
        now = self._clock.now()
        is_marker = not hasattr(key, "size")
        return ObjectChange(
            kind=kind,
            bucket=bucket.name,
            bucket_arn=bucket.arn,
            region=bucket.region_name,
            key=key.name,
            size=None if is_marker else key.size,
            etag="" if is_marker else key.etag.replace('"', ""),
            version=key.version_id if bucket.is_versioned else None,
            sequencer=f"{int(now * 1000):010X}{next(self._numbers):08X}",
            time=now,
            requester=self._requester() or account_id,
            request_id="".join(secrets.choice(_REQUEST_ID) for _ in range(16)),
            source=(flask.request.remote_addr or _LOOPBACK) if flask.has_request_context() else _LOOPBACK,
        )


def _is_a_part(name: str) -> bool:
    """Whether it is a part of what a request does, which moto tells of as if somebody had asked for it alone.

    An object is put with its tags, and completing an upload puts an object.
    """
    if not flask.has_request_context():
        return False
    asked = flask.request
    return (name == "s3:ObjectTagging:Put" and "tagging" not in asked.args) or (
        name == "s3:ObjectCreated:Put" and "uploadId" in asked.args
    )


def _delete(delete: Callable[..., Any]) -> Callable[..., Any]:
    """Tell of what moto tells nothing: delete markers, and versions that are not the last one."""

    def delete_object(
        backend: Any, bucket_name: str, key_name: str, version_id: str | None = None, bypass: bool = False
    ) -> Any:
        bucket = backend.get_bucket(bucket_name)
        before = bucket.keys.getlist(key_name, [])
        answer = delete(backend, bucket_name, key_name, version_id=version_id, bypass=bypass)
        if not answer[0] or not bucket.is_versioned:
            return answer
        after = bucket.keys.getlist(key_name, [])
        if version_id is None:
            kind = notifications.S3NotificationEvent.OBJECT_REMOVED_DELETE_MARKER_CREATED_EVENT
            notifications.send_event(backend.account_id, kind, bucket, after[-1])
        elif after and len(after) < len(before):
            [gone] = [item for item in before if str(item.version_id) == str(version_id)]
            kind = notifications.S3NotificationEvent.OBJECT_REMOVED_DELETE_EVENT
            notifications.send_event(backend.account_id, kind, bucket, gone)
        return answer

    return delete_object


def _get_configuration(get: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Tell of EventBridge, too: who changes a part of the configuration would lose it otherwise."""

    def get_bucket_notification(response: Any) -> Any:
        found = response.backend.get_bucket_notification_configuration(response.bucket_name)
        if found is not None and found.event_bridge is not None:
            serialize = response.serialized
            response.serialized = lambda answer: serialize(
                ActionResult({**answer.result, "EventBridgeConfiguration": {}})
            )
        return get(response)

    return get_bucket_notification


def _to_queue(arn: str, message: str) -> None:
    location = Location.of(arn)
    with contextlib.suppress(ServiceException):  # at AWS nobody hears of it either
        sqs_backends[location.account][location.region].send_message(arn.rpartition(":")[2], message)


def _to_topic(arn: str, message: str) -> None:
    location = Location.of(arn)
    with contextlib.suppress(ServiceException):
        sns_backends[location.account][location.region].publish(
            message=message, arn=arn, subject="Amazon S3 Notification"
        )


def _to_function(arn: str, message: str) -> None:
    location = Location.of(arn)
    with contextlib.suppress(ServiceException, UnknownFunctionException):
        function = lambda_backends[location.account][location.region].get_function(arn)
        function.invoke(message, {"X-Amz-Invocation-Type": "Event"}, {})
