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


def not_recognized(arn: str) -> str:
    """What is said of a resource that is none of Step Functions'."""
    return (
        f"The resource provided {arn} is not recognized. The value is not a valid resource ARN, or the resource is not "
        "available in this region."
    )
