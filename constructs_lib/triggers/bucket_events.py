"""Buckets that tell EventBridge of their objects.

aws-cdk-lib switches it on by a function that writes all notifications of a bucket when it is deployed. A bucket without
other notifications needs no function: CloudFormation has a property for it. Each of the two would undo the other.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html
"""

from typing import Final, cast

import jsii
from aws_cdk import Annotations, Aspects, IAspect
from aws_cdk import aws_s3 as s3
from constructs import Construct, IConstruct

from constructs_lib.rules import Caution

_PROPERTY: Final = "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled"
_NOTIFICATIONS: Final = "Notifications"
"""The construct that aws-cdk-lib makes below a bucket for its function."""


def tell_event_bridge(trigger: Construct, bucket: s3.IBucket) -> None:
    """Let a bucket of this app tell EventBridge of its objects; warn of another bucket, which nobody here can change.

    Args:
        trigger: that waits for them.
        bucket: of this app, or imported.
    """
    if isinstance(bucket, s3.Bucket):
        Aspects.of(bucket).add(_SwitchOn())
        return
    Annotations.of(trigger).add_warning_v2(
        Caution.BUCKET_EVENTS.id,
        "The bucket is imported: whether it tells EventBridge of its objects is not known here, and if it does not, "
        "nothing ever starts. Switch it on where the bucket is made (event_bridge_enabled=True, or in its properties "
        "under Event notifications), and acknowledge this.",
    )


@jsii.implements(IAspect)
class _SwitchOn:
    """Done when the app is synthesized, because notifications may be added to the bucket after the trigger is made."""

    def visit(self, node: IConstruct) -> None:
        if not isinstance(node, s3.Bucket):
            return
        if node.node.try_find_child(_NOTIFICATIONS):
            node.enable_event_bridge_notification()
        else:
            cast("s3.CfnBucket", node.node.default_child).add_property_override(_PROPERTY, True)  # noqa: FBT003 its value
