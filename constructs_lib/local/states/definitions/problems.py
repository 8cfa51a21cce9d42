"""One thing that is wrong with a definition, as Step Functions words it.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

from dataclasses import dataclass

INVALID = "SCHEMA_VALIDATION_FAILED"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Args:
        code: such as ``MISSING_TRANSITION_TARGET``.
        message: what is wrong.
        location: where, as ``/States/Name/Next``; None for the workflow as a whole.
    """

    code: str
    message: str
    location: str | None = None

    def __str__(self) -> str:
        """As CreateStateMachine words it."""
        return f"{self.code}: {self.message} at {self.location or 'null'}"
