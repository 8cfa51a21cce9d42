"""What a state tries again.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

from typing import Final

from constructs_lib.checks.model.states import State
from constructs_lib.checks.model.values import items, member, number
from constructs_lib.templates.unknown import Unknown

FAILED_JOB: Final = ("States.ALL", "States.TaskFailed")
"""What fits the error of a job that failed; the errors of submits, too."""
_DEFAULT_ATTEMPTS: Final = 3.0
_NEVER: Final = ("", 0.0)


def retried(state: State, errors: tuple[str, ...]) -> tuple[str, float] | None:
    """Which of some errors a state tries again first, and how often: 0 times if none; None if that is not known."""
    entries = items(state.body.get("Retry"))
    for entry in [None] if entries is None else entries:
        names = items(member(entry, "ErrorEquals"))
        if not isinstance(entry, dict) or names is None or any(isinstance(name, Unknown) for name in names):
            return None
        if fitting := [name for name in errors if name in names]:  # the first one that fits decides
            given = entry.get("MaxAttempts")
            attempts = _DEFAULT_ATTEMPTS if given is None else number(given)
            return None if attempts is None else (fitting[0], attempts)
    return _NEVER
