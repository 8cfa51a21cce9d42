"""Jobs that somebody or something else has ended: a person, the queue, a timeout, a host, or another job.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_timeouts.html,
https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html and
https://docs.aws.amazon.com/batch/latest/APIReference/API_TerminateJob.html
"""

import re
from typing import Final

from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix, shortened
from constructs_lib.ops.reasons.failed.failed_job import FailedJob
from constructs_lib.ops.reasons.job_descriptions import name_of
from constructs_lib.ops.reasons.signs import read, sign
from constructs_lib.ops.reasons.waiting.blocked import blocked
from constructs_lib.ops.times import age

_DEPENDENCIES = "https://docs.aws.amazon.com/batch/latest/userguide/job_dependencies.html"
_TIMEOUTS = "https://docs.aws.amazon.com/batch/latest/userguide/job_timeouts.html"
_TERMINATE = "https://docs.aws.amazon.com/batch/latest/APIReference/API_TerminateJob.html"
_LIMITS = "https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable_time_limit_actions.html"
_RETRIES = "https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html"

_BY_THE_QUEUE = re.compile(r"(?:Canceled|Terminated) by JobStateTimeLimit action due to reason: ")
_BY_A_WATCH = re.compile(r"(?P<seconds>\d+) seconds in RUNNABLE, cancelled by (?P<watch>\S+)\.")
_OF_A_DEPENDENCY = re.compile(r"Dependent Job (?:failed|\S+ failed)|Dependency (?:job )?failed", re.IGNORECASE)
_TIMED_OUT = "Job attempt duration exceeded timeout"


def cancelled(job: FailedJob) -> Finding | None:
    """A job that its queue or a watch has cancelled because it waited."""
    reason = str(job.job.get("statusReason", ""))
    if _BY_THE_QUEUE.search(reason):
        return _by_the_queue(job, reason)
    if match := _BY_A_WATCH.search(reason):
        waited = age(int(match["seconds"]))
        return Finding(
            Cause.CANCELLED_BY_WATCH,
            f"It waited in RUNNABLE for {waited}, and {match['watch']} cancelled it for that.",
            (shortened(reason),),
            (
                Fix.run("See what its queue waits for.", "constructs-lib", "why", job.words["queue"]),
                Fix("Or give the watch more time (after), or another queue to go to (StuckJobAction.resubmit)."),
            ),
            _LIMITS,
        )
    return None


def _by_the_queue(job: FailedJob, reason: str) -> Finding:
    why = blocked(job.job)
    return Finding(
        Cause.CANCELLED_BY_QUEUE,
        "Its queue cancelled it, because it blocked the queue for longer than the queue allows"
        + (f": {why.sentence[0].lower()}{why.sentence[1:]}" if why else "."),
        (shortened(reason), *(why.evidence[1:] if why else ())),
        (*(why.fixes if why else ()), Fix("The time limit is jobStateTimeLimitActions of the queue.")),
        why.source if why else _LIMITS,
    )


def ended_with_others(job: FailedJob) -> Finding | None:
    """A job that never ran, because one that it depends on has failed."""
    reason = str(job.job.get("statusReason", ""))
    if not _OF_A_DEPENDENCY.search(reason):
        return None
    failed = job.failed_dependencies
    first = failed[0]["jobId"] if failed else "JOB"
    which = f" on job {name_of(failed[0])}, which" if failed else " on another job, which"
    return Finding(
        Cause.DEPENDENCY_FAILED,
        f"It never ran: it depends{which} has failed.",
        (
            shortened(reason),
            *(f"{name_of(each)} ({each['jobId']}): {shortened(each.get('statusReason', ''))}" for each in failed[:3]),
        ),
        (
            Fix.run("See why that job failed.", "constructs-lib", "why", first),
            Fix("Submit both again when it is mended."),
        ),
        _DEPENDENCIES,
    )


def ended_from_outside(job: FailedJob) -> Finding | None:
    """A job that a timeout, a host that went, or a person has ended."""
    described = job.job
    if any(_TIMED_OUT in text for text in job.endings):
        return _timed_out(job)
    if found := read(_HOSTS, job.endings, job.words):
        attempts = len(described.get("attempts", []))
        return found.with_evidence(f"attempts: {attempts} of {described.get('retryStrategy', {}).get('attempts', 1)}")
    if described.get("isTerminated") or described.get("isCancelled"):
        done = "terminated" if described.get("isTerminated") else "cancelled"
        action = "TerminateJob" if described.get("isTerminated") else "CancelJob"
        reason = shortened(described.get("statusReason", ""))
        return Finding(
            Cause.TERMINATED,
            f"Somebody has {done} it. The reason that was given: {reason}",
            (f"{action}: {reason}",),
            (
                Fix.run(
                    "See who it was, if CloudTrail still has it.",
                    *("aws", "cloudtrail", "lookup-events", "--lookup-attributes"),
                    f"AttributeKey=EventName,AttributeValue={action}",
                ),
            ),
            _TERMINATE,
        )
    return None


def _timed_out(job: FailedJob) -> Finding:
    described = job.job
    limit = described.get("timeout", {}).get("attemptDurationSeconds")
    ran = (described.get("stoppedAt", 0) - described.get("startedAt", 0)) / 1000
    shown = f" of {age(limit)}" if limit else ""
    return Finding(
        Cause.TIMED_OUT,
        f"It ran longer than its timeout{shown}, so that AWS Batch ended it.",
        (_TIMED_OUT, *([f"the last attempt ran for {age(ran)}"] if ran > 0 else []), *job.last_lines),
        (
            Fix("See what it did last.", job.more_log),
            Fix(
                f"If it needs longer, raise timeout (attemptDurationSeconds){f' above {age(limit)}' if limit else ''}."
            ),
            Fix("If it hangs, its last lines tell where. An attempt that timed out is not tried again."),
        ),
        _TIMEOUTS,
    )


_HOSTS: Final = (
    # https://docs.aws.amazon.com/batch/latest/userguide/spot_interruptions.html
    sign(
        Cause.RECLAIMED,
        r"Host EC2 \(instance (?P<instance>[^)]+)\) terminated",
        "Its instance {instance} was taken away while it ran, as Spot instances are, and it had no attempt left.",
        Fix(
            "Let it try again: a ContainerJob does by default (Retry); elsewhere, retryStrategy with "
            "onStatusReason 'Host EC2*'."
        ),
        Fix("Let a fan-out move such items on demand: fallback_queue."),
        Fix("Save what is done from time to time, and begin there: skip_finished does it for items."),
        source="https://docs.aws.amazon.com/batch/latest/userguide/bestpractice6.html",
    ),
    sign(
        Cause.RECLAIMED,
        r"Your Spot Task was interrupted",
        "Its capacity on Fargate Spot was taken away while it ran, and it had no attempt left.",
        Fix("Let it try again: a ContainerJob does by default (Retry)."),
        Fix("Let a fan-out move such items on demand: fallback_queue."),
        source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html",
    ),
    sign(
        Cause.HOST_LOST,
        r"container agent is disconnected|agent disconnected|Instance \S+ has been (?:lost|"
        r"terminated|deregistered)|Host EC2",
        "The agent on its instance was lost, and the exit code of the program with it.",
        Fix("Let it try again: a retry goes to another instance."),
        Fix("If it comes again with the same job, the job takes more memory of the instance than it asks for."),
        source=_RETRIES,
    ),
)
