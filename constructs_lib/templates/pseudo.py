"""Pseudo parameters: what a template may ask of its stack and of the account that it is in.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
"""

from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.templates.unknown import Source, Unknown

# By the beginning of a region's name; all others are in `aws`.
_PARTITIONS: Final = {
    "cn-": ("aws-cn", "amazonaws.com.cn"),
    "us-gov-": ("aws-us-gov", "amazonaws.com"),
    "us-iso-": ("aws-iso", "c2s.ic.gov"),
    "us-isob-": ("aws-iso-b", "sc2s.sgov.gov"),
    "eu-isoe-": ("aws-iso-e", "cloud.adc-e.uk"),
    "us-isof-": ("aws-iso-f", "csp.hci.ic.gov"),
    "eusc-": ("aws-eusc", "amazonaws.eu"),
}
_COMMERCIAL: Final = ("aws", "amazonaws.com")


class _NoValue:
    """The one value that leaves nothing behind: no property, no item."""

    def __repr__(self) -> str:
        return "AWS::NoValue"


NO_VALUE: Final = _NoValue()

NAMES: Final = frozenset(
    f"AWS::{name}"
    for name in (
        "AccountId",
        "NotificationARNs",
        "NoValue",
        "Partition",
        "Region",
        "StackId",
        "StackName",
        "URLSuffix",
    )
)
"""Every pseudo parameter."""


def partition_of(region: str) -> str:
    """The partition that a region is in: ``aws``, ``aws-cn``, ``aws-us-gov`` and so on."""
    return _of(region)[0]


def url_suffix_of(region: str) -> str:
    """What the host names of a region's services end with: ``amazonaws.com`` or ``amazonaws.com.cn``, mostly."""
    return _of(region)[1]


@dataclass(frozen=True, slots=True)
class Pseudo:
    """The stack that a template is deployed as. Each may be unknown, as all are by default.

    Args:
        account: the id of the account, 12 digits.
        region: such as ``eu-central-1``; it says the partition and the suffix of host names, too.
        stack_name: the name of the stack.
        stack_id: its ARN.
        notification_arns: the topics that hear of the stack's events.
    """

    account: str | Unknown = Source("AWS::AccountId").value
    region: str | Unknown = Source("AWS::Region").value
    stack_name: str | Unknown = Source("AWS::StackName").value
    stack_id: str | Unknown = Source("AWS::StackId").value
    notification_arns: tuple[str, ...] | Unknown = ()

    def value(self, name: str) -> Any:
        """The value of a pseudo parameter; None if there is none of this name."""
        region, topics = self.region, self.notification_arns
        values = {
            "AWS::AccountId": self.account,
            "AWS::NotificationARNs": topics if isinstance(topics, Unknown) else [*topics],
            "AWS::NoValue": NO_VALUE,
            "AWS::Partition": partition_of(region) if isinstance(region, str) else Source(name).value,
            "AWS::Region": region,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.stack_name,
            "AWS::URLSuffix": url_suffix_of(region) if isinstance(region, str) else Source(name).value,
        }
        return values.get(name)


def _of(region: str) -> tuple[str, str]:
    return next((value for prefix, value in _PARTITIONS.items() if region.startswith(prefix)), _COMMERCIAL)
