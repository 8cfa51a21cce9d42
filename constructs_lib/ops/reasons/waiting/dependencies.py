"""Jobs that other jobs have to precede.

Source: https://docs.aws.amazon.com/batch/latest/userguide/job_dependencies.html
"""

from collections.abc import Iterator

from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix, counted, shortened
from constructs_lib.ops.reasons.job_descriptions import name_of
from constructs_lib.ops.reasons.waiting.situation import Situation

_PAGE = "https://docs.aws.amazon.com/batch/latest/userguide/job_dependencies.html"
_ENDED = ("SUCCEEDED", "FAILED")


def open_dependencies(situation: Situation) -> Iterator[Finding]:
    """The jobs that have not ended yet; one that has failed takes this one with it."""
    if situation.job["status"] not in ("PENDING", "SUBMITTED"):
        return
    failed = [each for each in situation.dependencies if each["status"] == "FAILED"]
    still = [each for each in situation.dependencies if each["status"] not in _ENDED]
    if failed:
        first = failed[0]
        yield Finding(
            Cause.DEPENDENCY_FAILED,
            f"It depends on job {name_of(first)}, which has failed: it will fail, too, and never run.",
            tuple(
                f"{name_of(each)} ({each['jobId']}): FAILED, {shortened(each.get('statusReason', ''))}"
                for each in failed[:3]
            ),
            (
                Fix.run("See why that job failed.", "constructs-lib", "why", first["jobId"]),
                Fix("Submit both again when it is mended."),
            ),
            _PAGE,
        )
    elif still:
        first = still[0]
        others = f" and {counted(len(still) - 1, 'other job')}" if len(still) > 1 else ""
        yield Finding(
            Cause.DEPENDENCY_OPEN,
            f"It depends on job {name_of(first)}{others}, and starts when "
            f"{'it has' if len(still) == 1 else 'they have'} "
            "succeeded.",
            tuple(f"{name_of(each)} ({each['jobId']}): {each['status']}" for each in still[:5]),
            (Fix.run("See what that job waits for.", "constructs-lib", "why", first["jobId"]),),
            _PAGE,
        )
