"""What happens to an object of S3, as its events tell it: what it is now, and who did what.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote_plus

Detail = dict[str, Any]

_KINDS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "ObjectCreated:Put": ("Object Created", {"reason": "PutObject"}),
    "ObjectCreated:Post": ("Object Created", {"reason": "POST Object"}),
    "ObjectCreated:Copy": ("Object Created", {"reason": "CopyObject"}),
    "ObjectCreated:CompleteMultipartUpload": ("Object Created", {"reason": "CompleteMultipartUpload"}),
    "ObjectRemoved:Delete": ("Object Deleted", {"reason": "DeleteObject", "deletion-type": "Permanently Deleted"}),
    "ObjectRemoved:DeleteMarkerCreated": (
        "Object Deleted",
        {"reason": "DeleteObject", "deletion-type": "Delete Marker Created"},
    ),
    "ObjectRestore:Post": ("Object Restore Initiated", {}),
    "ObjectRestore:Completed": ("Object Restore Completed", {}),
    "ObjectAcl:Put": ("Object ACL Updated", {}),
    "ObjectTagging:Put": ("Object Tags Added", {}),
    "ObjectTagging:Delete": ("Object Tags Deleted", {}),
}
"""For each event of a notification, what EventBridge calls it and says of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectChange:
    """Something that has happened to an object.

    Args:
        kind: as notifications call it, such as ``ObjectCreated:Put``.
        bucket: the name of its bucket.
        bucket_arn: the ARN of that.
        region: where that is.
        key: the object's key.
        size: bytes; None for a delete marker.
        etag: without quotes; empty for a delete marker.
        version: its version; None in a bucket without versions.
        sequencer: hexadecimal digits, those of a later change of a key are greater.
        time: seconds since the epoch.
        requester: the account of who did it.
        request_id: of the request.
        source: the address that it came from.
    """

    kind: str
    bucket: str
    bucket_arn: str
    region: str
    key: str
    size: int | None
    etag: str
    version: str | None
    sequencer: str
    time: float
    requester: str
    request_id: str
    source: str

    @property
    def detail_type(self) -> str | None:
        """What EventBridge calls it; None for what it does not hear of."""
        return _KINDS[self.kind][0] if self.kind in _KINDS else None

    @property
    def detail(self) -> Detail:
        """The detail of the event of EventBridge, in which the key is as it is."""
        return {
            "version": "0",
            "bucket": {"name": self.bucket},
            "object": {"key": self.key, **self._described("size", "etag", "version-id"), "sequencer": self.sequencer},
            "request-id": self.request_id,
            "requester": self.requester,
            "source-ip-address": self.source,
            **_KINDS[self.kind][1],
        }

    def notification(self, configuration: str) -> Detail:
        """The notification of the bucket to a queue, a topic or a function, in which the key is encoded as in URLs.

        Args:
            configuration: the id of the configuration that asks for it.
        """
        moment = datetime.fromtimestamp(self.time, tz=UTC)
        told = {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": self.region,
            "eventTime": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z",
            "eventName": self.kind,
            "userIdentity": {"principalId": f"AWS:{self.requester}"},
            "requestParameters": {"sourceIPAddress": self.source},
            "responseElements": {"x-amz-request-id": self.request_id, "x-amz-id-2": self.request_id},
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": configuration,
                "bucket": {
                    "name": self.bucket,
                    "ownerIdentity": {"principalId": self.requester},
                    "arn": self.bucket_arn,
                },
                "object": {
                    "key": quote_plus(self.key, safe="/*"),
                    **self._described("size", "eTag", "versionId"),
                    "sequencer": self.sequencer,
                },
            },
        }
        return {"Records": [told]}

    def _described(self, size: str, etag: str, version: str) -> Detail:
        is_gone = self.kind.startswith("ObjectRemoved:")
        told = {size: None if is_gone else self.size, etag: self.etag or None, version: self.version}
        return {name: value for name, value in told.items() if value is not None}
