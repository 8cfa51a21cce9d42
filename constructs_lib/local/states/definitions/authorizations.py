"""Gap: moto's tasks are nobody's, and state machines are made whatever their role may do.

In AWS a task acts as the role of its state machine, or as the one that its Credentials name, and the role's rights to
log and to be told of ended jobs are checked when the state machine is made.
Sources: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html and
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

import uuid
from typing import Any

from moto.core.exceptions import AWSError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.rights import Caller, DeniedError, Machine
from constructs_lib.local.states.runtime import CURRENT

_credentials = StateTask._eval_state_credentials  # noqa: SLF001 this is what gets replaced
_update = StepFunctionsParserBackend.update_state_machine


class AccessDeniedError(AWSError):
    """The role of a state machine lacks a right."""

    TYPE = "AccessDeniedException"
    STATUS = 400


def patches() -> list[Patch]:
    """Tell by whose rights a task works; check the role of a state machine that is changed."""
    return [
        Patch(StateTask, "_eval_state_credentials", _caller),
        Patch(StepFunctionsParserBackend, "update_state_machine", _update_checked),
    ]


def check_machine(arn: str, role_arn: str, definition: str, logging: dict[str, Any] | None) -> None:
    """Check what AWS checks when a state machine is made or changed.

    Raises:
        AccessDeniedError: the role lacks a right.
    """
    try:
        CURRENT.runtime.rights.check_machine(
            Machine(arn, role_arn, definition, logs=bool((logging or {}).get("destinations")))
        )
    except DeniedError as error:
        raise AccessDeniedError(str(error)) from None


def _caller(self: Any, env: Any) -> Caller:
    return Caller.of(env, _credentials(self, env).role_arn)


def _update_checked(self: Any, arn: str, definition: Any = None, role_arn: Any = None, **others: Any) -> Any:
    there = self.describe_state_machine(arn)
    logging = others.get("logging_configuration") or there.loggingConfiguration
    check_machine(arn, role_arn or there.roleArn, definition or there.definition, logging)
    before = (there.definition, there.roleArn)
    machine = _update(self, arn, definition, role_arn, **others)
    if (machine.definition, machine.roleArn) != before:
        machine.revision_id = str(uuid.uuid4())
    return machine
