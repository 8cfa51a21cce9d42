"""What the role of a state machine needs in order to have child executions: AWS starts and stops them by its rights.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
"""

from typing import Any

from constructs_lib.local.states.distributed.failures import PERMISSIONS, MapRunError
from constructs_lib.local.states.rights import Caller, DeniedError
from constructs_lib.local.states.runtime import CURRENT


class ChildRights:
    """IAM, as one Map state meets it.

    Args:
        env: the environment of the Map state.
    """

    def __init__(self, env: Any) -> None:
        self._caller = Caller.of(env)
        # A Map state in a child execution has the name of its own map run behind that of the state machine.
        self._machine_arn = self._caller.machine_arn.partition("/")[0]

    def check_start(self) -> None:
        """Check that child executions may be started.

        Raises:
            MapRunError: ``States.Permissions``: the state machine may not start executions of itself.
        """
        try:
            CURRENT.runtime.rights.check(
                self._caller, "states", "StartExecution", {"stateMachineArn": self._machine_arn}
            )
        except DeniedError as error:
            raise MapRunError(PERMISSIONS, str(error)) from None

    def may_stop(self, name: str) -> bool:
        """Whether the child execution of a name may be stopped; one that may not runs on.

        AWS asks for the right on executions of the state machine, and not on those of the map run.
        """
        arn = f"{self._machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
        try:
            CURRENT.runtime.rights.check(self._caller, "states", "StopExecution", {"executionArn": arn})
        except DeniedError:
            return False
        return True
