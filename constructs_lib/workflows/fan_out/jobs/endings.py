"""Why a job ended, as far as that decides about running it again: AWS had no capacity, or the memory was too small.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/bestpractice6.html,
https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable_time_limit_actions.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html and
https://docs.aws.amazon.com/batch/latest/userguide/troubleshooting.html
"""

from typing import Final

from constructs_lib.workflows.fan_out.list.summary import ERROR

# Taken away while the job ran, or not there before the queue's time limit cancelled it (cancel_without_capacity_after).
_NO_CAPACITY: Final = "/^(Host EC2|Your Spot Task was interrupted)|CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY/"
_OUT_OF_MEMORY: Final = "/OutOfMemory/"
_KILLED: Final = 128 + 9
# A timeout and TerminateJob kill a program, too, and give a reason of their own.
_BY_ITSELF: Final = "/^Essential container in task exited/"

CHILD_RECLAIMED: Final = f"($exists(StatusReason) ? $contains(StatusReason, {_NO_CAPACITY}) : false)"
"""JSONata for whether the child of an array job, as ListJobs describes it, was reclaimed or never got capacity."""

CHILD_OUT_OF_MEMORY: Final = f"""(
    ($exists(Container.Reason) ? $contains(Container.Reason, {_OUT_OF_MEMORY}) : false)
        or (Container.ExitCode = {_KILLED} and ($exists(StatusReason) ? $contains(StatusReason, {_BY_ITSELF}) : true))
)"""
"""JSONata for whether such a child was killed because it took more memory than it had."""


# What is said of the job follows what is said of its attempts. By pattern, because AWS cuts off long causes.
_STATUS: Final = f"""$match({ERROR}.Cause, /"StatusReason"\\s*:\\s*"([^"]*)/)[-1].groups[0]"""

JOB_RECLAIMED: Final = f"""(
    $status := {_STATUS};
    $exists($status) ? $contains($status, {_NO_CAPACITY}) : false
)"""
"""JSONata for whether a single job, as its caught error describes it, was reclaimed or never got capacity."""

JOB_OUT_OF_MEMORY: Final = f"""(
    $status := {_STATUS};
    $container := $split({ERROR}.Cause, /"ExitCode"\\s*:\\s*/)[-1];
    $reason := $match($container, /"Reason"\\s*:\\s*"([^"]*)/)[0].groups[0];
    ($exists($reason) ? $contains($reason, {_OUT_OF_MEMORY}) : false)
        or ($contains($container, /^{_KILLED}[^0-9]/) and ($exists($status) ? $contains($status, {_BY_ITSELF}) : true))
)"""
"""JSONata for whether such a job was killed because it took more memory than it had."""
