"""What the functions do that the CDK brings along, by the type of the custom resource that each makes."""

from collections.abc import Callable, Mapping

from constructs_lib.local.stacks.handlers.custom.providers import (
    contents,
    deployments,
    networks,
    notifications,
    regions,
    sdk_calls,
)
from constructs_lib.local.stacks.handlers.custom.providers.requests import Answer, Request

Provider = Callable[[Request], Answer]

PROVIDERS: Mapping[str, Provider] = {
    "Custom::AWS": sdk_calls.sdk_call,
    "Custom::AWSCDKOpenIdConnectProvider": networks.identity_provider,
    "Custom::CDKBucketDeployment": deployments.deployment,
    "Custom::CrossRegionExportReader": regions.reader,
    "Custom::CrossRegionExportWriter": regions.writer,
    "Custom::ECRAutoDeleteImages": contents.images,
    "Custom::LogRetention": contents.log_retention,
    "Custom::S3AutoDeleteObjects": contents.objects,
    "Custom::S3BucketNotifications": notifications.notifications,
    "Custom::Trigger": sdk_calls.trigger,
    "Custom::VpcRestrictDefaultSG": networks.default_group,
}
