"""What the interpreter needs of IAM: who a state machine is, and whether it may do something."""

from dataclasses import dataclass
from typing import Any, Protocol

from moto.stepfunctions.parser.asl.component.state.exec.state_task.credentials import StateCredentials


class DeniedError(Exception):
    """IAM denies something; the message is AWS's."""


@dataclass
class Caller(StateCredentials):
    """By whose rights a state works.

    Args:
        role_arn: the role, that of the state machine unless the state's Credentials name another one.
        machine_role_arn: the role of the state machine.
        machine_arn: the state machine.
    """

    machine_role_arn: str = ""
    machine_arn: str = ""

    @classmethod
    def of(cls, env: Any, role_arn: str | None = None) -> "Caller":
        """Whoever an execution works for.

        Args:
            env: the environment of the execution.
            role_arn: the role of its Credentials. Default: that of the state machine.
        """
        own = env.aws_execution_details.role_arn
        machine = env.states.context_object.context_object_data["StateMachine"]["Id"]
        return cls(role_arn or own, own, machine)


@dataclass(frozen=True)
class Machine:
    """A state machine that is to be made or changed.

    Args:
        arn: its ARN.
        role_arn: its role.
        definition: its definition.
        logs: whether it logs.
    """

    arn: str
    role_arn: str
    definition: str
    logs: bool


@dataclass(frozen=True)
class Credentials:
    """What a client signs with."""

    access_key_id: str
    secret_access_key: str
    token: str | None = None


class Rights(Protocol):
    """IAM, as state machines meet it."""

    def credentials(self, caller: Caller) -> Credentials:
        """What the clients of a state sign with.

        Raises:
            DeniedError: the role does not trust Step Functions.
        """
        ...

    def check(self, caller: Caller, service: str, operation: str, parameters: dict[str, Any]) -> None:
        """Check a call that does not go over HTTP.

        Raises:
            DeniedError: the role may not make it.
        """
        ...

    def check_machine(self, machine: Machine) -> None:
        """Check what AWS checks when a state machine is made or changed.

        Raises:
            DeniedError: the role lacks a right.
        """
        ...

    def trace(self, caller: Caller) -> bool:
        """Whether the trace of an execution arrives; AWS tells nobody when it does not."""
        ...


class Unlimited:
    """No IAM: everything is allowed.

    Args:
        credentials: the administrator's. Default: some that nobody checks.
    """

    def __init__(self, credentials: Credentials = Credentials("ak", "sk")) -> None:
        self._credentials = credentials

    def credentials(self, caller: Caller) -> Credentials:  # noqa: ARG002
        """Those of the administrator."""
        return self._credentials

    def check(self, caller: Caller, service: str, operation: str, parameters: dict[str, Any]) -> None:
        """Everything is allowed."""

    def check_machine(self, machine: Machine) -> None:
        """Everything is allowed."""

    def trace(self, caller: Caller) -> bool:  # noqa: ARG002
        """Every trace arrives."""
        return True
