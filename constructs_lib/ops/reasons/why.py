"""Why a job, an execution or a queue waits or has failed: in words, with what shows it and what to do about it."""

from contextlib import suppress
from typing import Final

from constructs_lib.ops.account import Account
from constructs_lib.ops.errors import NotFoundError
from constructs_lib.ops.names import Kind, Named, resolve
from constructs_lib.ops.reasons.explanations import Explanation
from constructs_lib.ops.reasons.of_executions import explain_execution
from constructs_lib.ops.reasons.of_jobs import explain_job
from constructs_lib.ops.reasons.of_queues import explain_environment, explain_queue
from constructs_lib.ops.reasons.reading.asking import Asking
from constructs_lib.ops.reasons.reading.queues import newest_job_named

KINDS: Final = (Kind.EXECUTION, Kind.JOB, Kind.QUEUE, Kind.ENVIRONMENT)


def why(account: Account, name: str | Named) -> Explanation:
    """Explain why something waits or has failed.

    Args:
        account: where it is.
        name: the id, ARN or name of a job, an execution, a queue or an environment, or what `resolve` has found. The
            name of a state machine means its newest execution, that of a job the one that was submitted last.

    Returns:
        The cause, what shows it, and what to do about it; of an execution also the jobs that it comes from, down to the
        first. Where nobody knows the cause, `Explanation.is_known` is false.

    Raises:
        NotFoundError: there is no such thing, or several are meant.
        ClientError: AWS refuses to describe it.
    """
    asking = Asking(account)
    found = name if isinstance(name, Named) else _resolved(asking, name)
    if found.kind is Kind.QUEUE:
        return explain_queue(asking, found.id)
    if found.kind is Kind.ENVIRONMENT:
        return explain_environment(asking, found.id)
    if found.kind is Kind.EXECUTION:
        return explain_execution(asking, found.id)
    return explain_job(asking, found.id)


def _resolved(asking: Asking, name: str) -> Named:
    """What a name means: an execution or a job before a queue, so that a stack that has both means its execution."""
    for kinds in ((Kind.EXECUTION, Kind.JOB), (Kind.QUEUE,), (Kind.ENVIRONMENT,)):
        with suppress(NotFoundError):
            return resolve(asking.account, name, kinds)
    if job := newest_job_named(asking, name):
        return Named(Kind.JOB, job, name)
    return resolve(asking.account, name, KINDS)  # which says what there is
