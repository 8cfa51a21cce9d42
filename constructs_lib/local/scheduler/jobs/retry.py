"""Whether a failed attempt is followed by another.

Source: https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from constructs_lib.local.scheduler.jobs.attempt import Attempt


def retries(attempt: Attempt, *, made: int, allowed: int, conditions: Sequence[dict[str, str]]) -> bool:
    """Tell whether AWS Batch would start another attempt.

    Args:
        attempt: the attempt that just failed.
        made: how many attempts there were, this one included.
        allowed: ``attempts`` of the retry strategy.
        conditions: ``evaluateOnExit``, in order: the first entry whose every condition matches decides; when none
            matches, the job is retried.
    """
    if made >= allowed:
        return False
    for condition in conditions:
        if _matches(condition, attempt):
            return condition["action"].upper() == "RETRY"
    return True


def _matches(condition: dict[str, str], attempt: Attempt) -> bool:
    seen = {
        "onExitCode": "" if attempt.exit_code is None else str(attempt.exit_code),
        "onReason": attempt.reason or "",
        "onStatusReason": attempt.status_reason or "",
    }
    # AWS's patterns know no wildcard but a `*` at their end, so the other glob characters are taken literally.
    return all(fnmatchcase(seen[key].lower(), _literal(condition[key].lower())) for key in seen if key in condition)


def _literal(pattern: str) -> str:
    return pattern.replace("[", "[[]").replace("?", "[?]")
