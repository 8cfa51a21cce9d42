"""State machines before IAM: their tasks, what AWS checks when they are made, and their traces.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html,
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html and
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
"""

import json
from collections.abc import Iterator
from typing import Any

from constructs_lib.local.account import Location
from constructs_lib.local.iam.accounts import Accounts
from constructs_lib.local.iam.evaluate import Principal
from constructs_lib.local.iam.guard import AccessDeniedError, Guard
from constructs_lib.local.iam.requests import Asked, Call
from constructs_lib.local.iam.sessions import RoleSession, SessionsAt
from constructs_lib.local.states.rights import Caller, Credentials, DeniedError, Machine, Unlimited

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
        at: gives out sessions of roles, and knows who may do what.
    """

    def __init__(self, at: SessionsAt) -> None:
        self._at = at

    def credentials(self, caller: Caller) -> Credentials:
        """What the clients of a state sign with."""
        session = self._session(caller)
        return Credentials(session.access_key_id, session.secret_access_key, session.token)

    def check(self, caller: Caller, service: str, operation: str, parameters: dict[str, Any]) -> None:
        """Check a call that does not go over HTTP."""
        principal = self._session(caller).principal
        try:
            self._guard(caller.machine_arn).check_call(principal, Call(service, operation, parameters))
        except AccessDeniedError as error:
            raise DeniedError(str(error)) from error

    def check_machine(self, machine: Machine) -> None:
        """Check the role of a state machine that is made or changed."""
        principal = self._session(Caller(machine.role_arn, machine.role_arn, machine.arn)).principal
        guard = self._guard(machine.arn)
        rules = (_RULES[service] for service in sorted(_awaited(json.loads(machine.definition))) if service in _RULES)
        for rule in rules:
            arn = guard.place.arn("events", f"rule/{rule}")
            _require(
                guard,
                principal,
                [Asked(action, arn) for action in _RULE_ACTIONS],
                f"'{machine.role_arn}' is not authorized to create managed-rule.",
            )
        if machine.logs:
            _require(
                guard,
                principal,
                [Asked(action) for action in _LOG_ACTIONS],
                "The state machine IAM Role is not authorized to access the Log Destination.",
            )

    def trace(self, caller: Caller) -> bool:
        """Whether the trace of an execution arrives."""
        principal = self._session(caller).principal
        guard = self._guard(caller.machine_arn)
        arrives = [guard.allows(principal, Asked(action)) for action in _TRACE_ACTIONS]
        return all(arrives)

    def _session(self, caller: Caller) -> RoleSession:
        own = self._assume(caller.machine_role_arn, caller.machine_arn)
        if caller.role_arn == caller.machine_role_arn:
            return own
        # Credentials of a state: the role of the state machine takes on the other one.
        try:
            self._guard(caller.machine_arn).check_call(
                own.principal, Call("sts", "AssumeRole", {"RoleArn": caller.role_arn})
            )
        except AccessDeniedError as error:
            raise DeniedError(str(error)) from error
        return self._at(_location(caller.machine_arn)).without_trust(caller.role_arn, _STATES)

    def _assume(self, role_arn: str, machine_arn: str) -> RoleSession:
        try:
            return self._at(_location(machine_arn)).of(role_arn, _STATES, machine_arn)
        except AccessDeniedError as error:
            raise DeniedError(
                "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to "
                f"assume the provided role. {error}"
            ) from error

    def _guard(self, machine_arn: str) -> Guard:
        return self._at(_location(machine_arn)).guard


class UnlimitedMachines(Unlimited):
    """State machines where policies are not enforced: each is the administrator of its account.

    Args:
        accounts: knows the access keys of administrators.
    """

    def __init__(self, accounts: Accounts) -> None:
        super().__init__()
        self._accounts = accounts

    def credentials(self, caller: Caller) -> Credentials:
        """Those of the administrator."""
        keys = self._accounts.keys(_location(caller.machine_arn).account)
        return Credentials(keys.access_key, keys.secret_key)


def _location(machine_arn: str) -> Location:
    return Location.of(machine_arn) if machine_arn else Location()


def _require(guard: Guard, principal: Principal, questions: list[Asked], sentence: str) -> None:
    try:
        guard.check(principal, questions)
    except AccessDeniedError as error:
        raise DeniedError(f"{sentence} {error}") from error


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
