"""State machines before IAM: their tasks, what AWS checks when they are made, and their traces.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html,
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html and
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
"""

import json
from collections.abc import Iterator
from typing import Any

from constructs_lib.local.iam.evaluate import Principal
from constructs_lib.local.iam.guard import AccessDeniedError, Guard
from constructs_lib.local.iam.requests import Asked, Call
from constructs_lib.local.iam.sessions import Session, Sessions
from constructs_lib.local.states.rights import Caller, Credentials, DeniedError, Machine

_STATES = "states.amazonaws.com"
_OPTIMIZED = "arn:aws:states:::"
_RULES = {
    "batch": "StepFunctionsGetEventsForBatchJobsRule",
    "ecs": "StepFunctionsGetEventsForECSTaskRule",
    "states": "StepFunctionsGetEventsForStepFunctionsExecutionRule",
}
"""The rules by which Step Functions is told that what it waits for has ended."""
_RULE_ACTIONS = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
_LOG_ACTIONS = (
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
)
_TRACE_ACTIONS = (
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
)


class MachineRights:
    """IAM, as state machines meet it.

    Args:
        guard: knows who may do what.
        sessions: gives out sessions of roles.
    """

    def __init__(self, guard: Guard, sessions: Sessions) -> None:
        self._guard = guard
        self._sessions = sessions

    def credentials(self, caller: Caller) -> Credentials:
        """What the clients of a state sign with."""
        session = self._session(caller)
        return Credentials(session.access_key_id, session.secret_access_key, session.token)

    def check(self, caller: Caller, service: str, operation: str, parameters: dict[str, Any]) -> None:
        """Check a call that does not go over HTTP."""
        principal = self._session(caller).principal
        try:
            self._guard.check_call(principal, Call(service, operation, parameters))
        except AccessDeniedError as error:
            raise DeniedError(str(error)) from error

    def check_machine(self, machine: Machine) -> None:
        """Check the role of a state machine that is made or changed."""
        principal = self._session(Caller(machine.role_arn, machine.role_arn, machine.arn)).principal
        rules = (_RULES[service] for service in sorted(_awaited(json.loads(machine.definition))) if service in _RULES)
        for rule in rules:
            arn = self._guard.place.arn("events", f"rule/{rule}")
            self._require(
                principal,
                [Asked(action, arn) for action in _RULE_ACTIONS],
                f"'{machine.role_arn}' is not authorized to create managed-rule.",
            )
        if machine.logs:
            self._require(
                principal,
                [Asked(action) for action in _LOG_ACTIONS],
                "The state machine IAM Role is not authorized to access the Log Destination.",
            )

    def trace(self, caller: Caller) -> bool:
        """Whether the trace of an execution arrives."""
        principal = self._session(caller).principal
        arrives = [self._guard.allows(principal, Asked(action)) for action in _TRACE_ACTIONS]
        return all(arrives)

    def _require(self, principal: Principal, questions: list[Asked], sentence: str) -> None:
        try:
            self._guard.check(principal, questions)
        except AccessDeniedError as error:
            raise DeniedError(f"{sentence} {error}") from error

    def _session(self, caller: Caller) -> Session:
        own = self._assume(caller.machine_role_arn, caller.machine_arn)
        if caller.role_arn == caller.machine_role_arn:
            return own
        # Credentials of a state: the role of the state machine takes on the other one.
        try:
            self._guard.check_call(own.principal, Call("sts", "AssumeRole", {"RoleArn": caller.role_arn}))
        except AccessDeniedError as error:
            raise DeniedError(str(error)) from error
        return self._sessions.without_trust(caller.role_arn, _STATES)

    def _assume(self, role_arn: str, machine_arn: str) -> Session:
        try:
            return self._sessions.of(role_arn, _STATES, machine_arn)
        except AccessDeniedError as error:
            raise DeniedError(
                "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to "
                f"assume the provided role. {error}"
            ) from error


def _awaited(definition: Any) -> Iterator[str]:
    """The services whose jobs the states of a definition wait for."""
    if isinstance(definition, list):
        for item in definition:
            yield from _awaited(item)
    if not isinstance(definition, dict):
        return
    resource = definition.get("Resource")
    if isinstance(resource, str) and resource.startswith(_OPTIMIZED) and ".sync" in resource:
        yield resource.removeprefix(_OPTIMIZED).partition(":")[0]
    for item in definition.values():
        yield from _awaited(item)
