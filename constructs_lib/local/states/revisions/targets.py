"""What an execution is started of: a state machine as it is, a version of it, or what an alias chooses.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-cd-aliasing-versioning.html
"""

import copy
import random
from dataclasses import dataclass
from typing import Any

from moto.stepfunctions.exceptions import StateMachineDoesNotExist

_PARTS_OF_A_MACHINE = 7
_OF_A_REVISION = (
    "definition",
    "roleArn",
    "type",
    "loggingConfiguration",
    "tracingConfiguration",
    "encryptionConfiguration",
    "revision_id",
)


@dataclass(frozen=True)
class Target:
    """What an ARN means.

    Args:
        machine: the state machine.
        version: of it; None for the state machine as it is now.
        alias: by which the version was chosen.
    """

    machine: Any
    version: Any = None
    alias: Any = None

    @property
    def arns(self) -> dict[str, str]:
        """The ARNs of version and alias, by the names that the API has for them."""
        found = {"stateMachineVersionArn": self.version, "stateMachineAliasArn": self.alias}
        return {name: item.arn for name, item in found.items() if item is not None}

    def snapshot(self) -> Any:
        """The state machine as an execution of this goes through it, whatever becomes of it meanwhile."""
        taken = copy.copy(self.machine)
        taken.executions = []
        if self.version is not None:
            for name in _OF_A_REVISION:
                setattr(taken, name, getattr(self.version, name))
        return taken


def target_of(backend: Any, arn: str) -> Target:
    """Find what an ARN means; an alias chooses a version by the weights of its routing.

    Raises:
        StateMachineDoesNotExist: there is no such state machine, version or alias.
    """
    machine, qualifier = _machine(backend, arn)
    if not qualifier:
        return Target(machine)
    if qualifier.isdecimal():
        return Target(machine, version_of(machine, arn))
    alias = machine.aliases.get(qualifier)
    if alias is None:
        raise _missing(arn)
    routes = alias.routing_configuration
    [chosen] = random.choices(routes, [route["weight"] for route in routes])  # noqa: S311 a share, no secret
    return Target(machine, version_of(machine, chosen["stateMachineVersionArn"]), alias)


def version_of(machine: Any, arn: str) -> Any:
    """Find a version of a state machine.

    Raises:
        StateMachineDoesNotExist: it has no such version.
    """
    number = arn.rpartition(":")[2]
    version = machine.versions.get(int(number)) if number.isdecimal() else None
    if version is None:
        raise _missing(arn)
    return version


def machine_of(backend: Any, arn: str) -> Any:
    """Find the state machine of an ARN, which may be that of a version or an alias.

    Raises:
        StateMachineDoesNotExist: there is none.
    """
    return _machine(backend, arn)[0]


def _machine(backend: Any, arn: str) -> tuple[Any, str]:
    backend._validate_machine_arn(arn)  # noqa: SLF001 moto's own way
    parts = arn.split(":", _PARTS_OF_A_MACHINE)
    own, qualifier = ":".join(parts[:_PARTS_OF_A_MACHINE]), "".join(parts[_PARTS_OF_A_MACHINE:])
    machine = next((machine for machine in list(backend.state_machines) if machine.arn == own), None)
    if machine is None:
        raise _missing(arn)
    return machine, qualifier


def _missing(arn: str) -> StateMachineDoesNotExist:
    return StateMachineDoesNotExist(f"State Machine Does Not Exist: '{arn}'")
