"""Rules for jobs that have failed: over a `FailedJob`, each in a file of its own idea; `finding` asks them in turn."""

from collections.abc import Callable
from typing import Final

from constructs_lib.ops.reasons.explanations import Finding
from constructs_lib.ops.reasons.failed.endings import cancelled, ended_from_outside, ended_with_others
from constructs_lib.ops.reasons.failed.exit_codes import by_exit_code
from constructs_lib.ops.reasons.failed.failed_job import FailedJob
from constructs_lib.ops.reasons.failed.log_lines import in_the_log
from constructs_lib.ops.reasons.failed.memory import out_of_memory
from constructs_lib.ops.reasons.failed.starts import never_started

Rule = Callable[[FailedJob], Finding | None]

_RULES: Final[tuple[Rule, ...]] = (
    cancelled,
    ended_with_others,
    ended_from_outside,
    out_of_memory,
    never_started,
    in_the_log,
    by_exit_code,
)
"""Who ended it comes first: a job that somebody has terminated has an exit code, too."""


def finding(job: FailedJob) -> Finding | None:
    """Why a job has failed; None where nobody knows."""
    return next((found for rule in _RULES if (found := rule(job))), None)
