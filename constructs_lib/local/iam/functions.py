"""Lambda functions before IAM: who they are, and whether what they write gets into their logs.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from constructs_lib.local.account import Location
from constructs_lib.local.iam.guard import AccessDeniedError
from constructs_lib.local.iam.requests import Call, asked_by
from constructs_lib.local.iam.sessions import RoleSession, SessionsAt

_SERVICE = "lambda.amazonaws.com"


class FunctionRights:
    """IAM, as functions meet it.

    Args:
        at: gives out sessions of roles, and knows who may do what.
    """

    def __init__(self, at: SessionsAt) -> None:
        self._at = at

    def environment(self, role_arn: str, arn: str) -> dict[str, str] | None:
        """The credentials that a function finds; None when its role does not trust Lambda."""
        session = self._session(role_arn, arn)
        return session.environment() if session else None

    def may_log(self, role_arn: str, arn: str, group: str, stream: str, *, exists: bool) -> bool:
        """Whether the output of a function gets into its log stream; AWS loses what does not, and tells nobody.

        Args:
            role_arn: the function's role.
            arn: the function.
            group: the log group.
            stream: the log stream.
            exists: whether the group is there already.
        """
        session = self._session(role_arn, arn)
        operations = ["CreateLogStream", "PutLogEvents"] if exists else ["CreateLogGroup", "CreateLogStream"]
        guard = self._at(Location.of(arn)).guard
        given = {"logGroupName": group, "logStreamName": stream}
        return session is not None and all(
            guard.allows(session.principal, *asked_by(Call("logs", operation, given), guard.place))
            for operation in operations
        )

    def _session(self, role_arn: str, arn: str) -> RoleSession | None:
        try:
            return self._at(Location.of(arn)).of(role_arn, _SERVICE, arn)
        except AccessDeniedError:
            return None
