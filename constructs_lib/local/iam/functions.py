"""Lambda functions before IAM: who they are, and whether what they write gets into their logs.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from constructs_lib.local.iam.guard import AccessDeniedError, Guard
from constructs_lib.local.iam.requests import Asked, Call, asked_by
from constructs_lib.local.iam.sessions import Session, Sessions

_SERVICE = "lambda.amazonaws.com"


class FunctionRights:
    """IAM, as functions meet it.

    Args:
        guard: knows who may do what.
        sessions: gives out sessions of roles.
    """

    def __init__(self, guard: Guard, sessions: Sessions) -> None:
        self._guard = guard
        self._sessions = sessions

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
        return session is not None and all(
            self._guard.allows(session.principal, *self._asked(operation, group, stream)) for operation in operations
        )

    def _asked(self, operation: str, group: str, stream: str) -> list[Asked]:
        given = {"logGroupName": group, "logStreamName": stream}
        return asked_by(Call("logs", operation, given), self._guard.place)

    def _session(self, role_arn: str, arn: str) -> Session | None:
        try:
            return self._sessions.of(role_arn, _SERVICE, arn)
        except AccessDeniedError:
            return None
