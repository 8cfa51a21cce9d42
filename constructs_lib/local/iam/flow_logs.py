"""Flow logs before IAM: AWS writes them by the rights of their role, and shows in their status that one is missing.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
"""

from typing import Any

from moto.ec2.models.flow_logs import FlowLogsBackend

from constructs_lib.local.account import Location
from constructs_lib.local.iam.guard import AccessDeniedError
from constructs_lib.local.iam.requests import Asked
from constructs_lib.local.iam.sessions import Sessions, SessionsAt
from constructs_lib.local.patching import Patch

_SERVICE = "vpc-flow-logs.amazonaws.com"
_ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams")

_describe = FlowLogsBackend.describe_flow_logs


def patches(at: SessionsAt) -> list[Patch]:
    """Let flow logs have the status that their roles give them."""

    def describe(self: Any, *arguments: Any, **options: Any) -> Any:
        found = _describe(self, *arguments, **options)
        for log in found:
            if log.deliver_logs_permission_arn and log.log_group_name:
                delivered = _delivered(log, at(Location(self.account_id, self.region_name)))
                log.deliver_logs_status = "SUCCESS" if delivered else "FAILED"
                log.deliver_logs_error_message = None if delivered else "Access error"
        return found

    return [Patch(FlowLogsBackend, "describe_flow_logs", describe)]


def _delivered(log: Any, sessions: Sessions) -> bool:
    guard = sessions.guard
    source = guard.place.arn("ec2", f"vpc-flow-log/{log.id}")
    try:
        session = sessions.of(log.deliver_logs_permission_arn, _SERVICE, source)
    except AccessDeniedError:
        return False
    group = guard.place.arn("logs", f"log-group:{log.log_group_name}:log-stream:")
    return guard.allows(session.principal, *(Asked(action, group) for action in _ACTIONS))
