"""AWS::KMS: keys and their aliases.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_KMS.html
"""

from dataclasses import dataclass

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.requests import text
from constructs_lib.local.stacks.handlers.contract.tags import Tagging

_NEVER_CHANGED = ("KeySpec", "KeyUsage", "MultiRegion", "Origin")
_PENDING_DAYS, _ROTATION_DAYS = 30, 365


@dataclass(frozen=True, kw_only=True)
class _Key(OperationsHandler):
    """A key; it is not deleted, but scheduled for deletion."""

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        kms, which, after = desired.services.client(self.service), {"KeyId": made.physical_id}, change.after
        fixed = [name for name in _NEVER_CHANGED if not change.is_new and change.touches(name)]
        if fixed:
            raise HandlerError(f"You cannot change the {', '.join(fixed)} of a KMS key after it is created.")
        if not change.is_new and change.touches("Description"):
            kms.update_key_description(**which, Description=after.get("Description", ""))
        if not change.is_new and change.touches("KeyPolicy"):
            policy = after.get("KeyPolicy", _policy_of_account(desired))
            kms.put_key_policy(**which, PolicyName="default", Policy=text(policy))
        if change.touches("EnableKeyRotation", "RotationPeriodInDays"):
            if boolean(after.get("EnableKeyRotation", False)):
                days = int(after.get("RotationPeriodInDays", _ROTATION_DAYS))
                kms.enable_key_rotation(**which, RotationPeriodInDays=days)
            elif not change.is_new:
                kms.disable_key_rotation(**which)
        if change.touches("Enabled"):
            (kms.enable_key if boolean(after.get("Enabled", True)) else kms.disable_key)(**which)

    def remove(self, made: Made, desired: Desired) -> None:
        kms, which = desired.services.client(self.service), {"KeyId": made.physical_id}
        if kms.describe_key(**which)["KeyMetadata"]["KeyState"] != "PendingDeletion":
            days = int(desired.properties.get("PendingWindowInDays", _PENDING_DAYS))
            kms.schedule_key_deletion(**which, PendingWindowInDays=days)


def _policy_of_account(desired: Desired) -> Properties:
    """The policy of a key whose template has none.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    root = f"arn:{desired.services.partition}:iam::{desired.services.account}:root"
    statement = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": root},
        "Action": "kms:*",
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement]}


HANDLERS: dict[str, Handler] = {
    "AWS::KMS::Alias": OperationsHandler(
        service="kms",
        makes="create_alias",
        changes="update_alias",
        removes="delete_alias",
        key="AliasName",
        name="AliasName",
    ),
    "AWS::KMS::Key": _Key(
        service="kms",
        makes="create_key",
        reads="describe_key",
        key="KeyId",
        ref="KeyMetadata.KeyId",
        paths={"Arn": "KeyMetadata.Arn", "KeyId": ""},
        renamed={"KeyPolicy": "Policy"},
        tagging=Tagging(),
    ),
}
