"""How attempts end that a fault has struck, in AWS's words.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html and
https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html
"""

from collections.abc import Callable

from constructs_lib.local.faults.kinds.job_faults import (
    ExitCode,
    Hang,
    LoseAgent,
    LoseResult,
    LoseWorker,
    OutOfMemory,
    PullFailure,
    Reclaim,
    StartFailure,
)
from constructs_lib.local.runners import Ending

Remade = Callable[[Ending], Ending]

SIGTERM_EXIT_CODE = 128 + 15

_KILLED = 128 + 9
_NOT_PULLED = (
    "CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref: "
    "failed to do request: dial tcp: i/o timeout"
)
_NOT_STARTED = {
    "CannotCreateContainerError": "API error (500): devmapper: Thin Pool has 4350 free data blocks which is less than "
    "minimum required 4454 free data blocks",
    "CannotStartContainerError": "failed to get container status: context deadline exceeded",
    "ResourceInitializationError": "unable to pull secrets or registry auth: execution resource retrieval failed: "
    "unable to retrieve secrets from ssm: service call has been retried 1 time(s)",
    "DockerTimeoutError": "Could not transition to created; timed out after waiting 4m0s",
}
_ON_FARGATE = {"DockerTimeoutError": "ContainerRuntimeTimeoutError"}
_AGENT_LOST = "Task stopped: the container agent is disconnected."


def without_program(fault: object, *, fargate: bool) -> Ending | None:
    """How an attempt ends that no program is run for; None when it does not end by itself.

    An instance reports on the container what Fargate reports on the task.
    """
    match fault:
        case PullFailure():
            return _never_started(_NOT_PULLED, fargate=fargate)
        case StartFailure(error=name):
            shown = _ON_FARGATE.get(name, name) if fargate else name
            return _never_started(f"{shown}: {_NOT_STARTED[name]}", fargate=fargate)
        case LoseResult():
            return Ending(0)
        case ExitCode() | LoseAgent() | LoseWorker() | OutOfMemory():
            return _of_killed(fault)
        case _:
            return None


def has_program(fault: object) -> bool:
    """Whether a fault strikes a program that runs.

    One that is killed as soon as it starts is not run: on a busy machine it could do all of its work before that.
    """
    killed_at_once = isinstance(fault, ExitCode | LoseAgent | LoseWorker | OutOfMemory) and not fault.after
    return not (killed_at_once or isinstance(fault, Hang | LoseResult | PullFailure | StartFailure))


def starts(fault: object) -> bool:
    """Whether an attempt begins to run before a fault ends it."""
    return not isinstance(fault, PullFailure | StartFailure)


def of_struck(fault: object, *, fargate: bool, instance: str) -> Remade:
    """How an attempt ends whose program was struck, made of how the program did."""
    match fault:
        case Reclaim() if fargate:
            return lambda ending: Ending(ending.exit_code, ending.reason, "Your Spot Task was interrupted.")
        case Reclaim():
            return lambda _: Ending(None, status_reason=f"Host EC2 (instance {instance}) terminated.")
        case ExitCode() | LoseAgent() | LoseWorker() | OutOfMemory():
            return lambda _: _of_killed(fault)
        case _:
            return lambda ending: ending


def _never_started(text: str, *, fargate: bool) -> Ending:
    return Ending(None, status_reason=text) if fargate else Ending(None, text, "Task failed to start")


def _of_killed(fault: ExitCode | LoseAgent | LoseWorker | OutOfMemory) -> Ending:
    match fault:
        case LoseAgent():
            return Ending(None, status_reason=_AGENT_LOST)
        case ExitCode():
            return Ending(fault.code)
        case OutOfMemory():
            return Ending(_KILLED, "OutOfMemoryError: Container killed due to memory usage")
        case LoseWorker():
            return Ending(_KILLED)
