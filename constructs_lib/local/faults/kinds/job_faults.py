"""Faults of jobs: what happens to an attempt instead of, or during, its run."""

from collections.abc import Sequence
from dataclasses import dataclass

from constructs_lib.limits import SPOT_NOTICE_SECONDS
from constructs_lib.local.faults.kinds.fault import Fault, option
from constructs_lib.local.faults.kinds.values import Flag, Indexes, Number, OneOf, Text

_SECONDS = Number("a number of seconds from 0", whole=False)


@dataclass(frozen=True)
class JobFault(Fault):
    """A fault of the attempts that it selects.

    Args:
        job: pattern of the job's name, with ``*``, ``?`` and ``[…]``. Default: every job.
        index: index of the item, or several: a child's index in its array job, or the index of a Map's item.
            Default: None, every job, also those without an index.
        attempt: which attempt, from 1; None for every one. Default: 1.
        probability: of each attempt; see `Fault`.
    """

    job: str = option(Text("a pattern such as resize-*"), default="*", kw_only=True)
    index: int | Sequence[int] | None = option(Indexes(), default=None, kw_only=True)
    attempt: int | None = option(Number("a number from 1, or * for all", low=1, optional=True), default=1, kw_only=True)


@dataclass(frozen=True)
class TimedFault(JobFault):
    """A fault that strikes a program that runs.

    Args:
        after: seconds from its start. A program that has ended before is spared. Default: 0, at once, before the
            program has done anything.
        job: see `JobFault`.
        index: see `JobFault`.
        attempt: see `JobFault`.
        probability: see `Fault`.
    """

    after: float = option(_SECONDS, default=0.0, kw_only=True)


@dataclass(frozen=True)
class Reclaim(TimedFault):
    """A Spot instance is taken back: SIGTERM, and SIGKILL when the notice is over.

    All that runs on the instance goes with it. Jobs on other than Spot capacity are spared. The attempt ends for the
    reason that AWS gives: on an instance ``Host EC2 (instance i-…) terminated.``, without an exit code; on Fargate Spot
    ``Your Spot Task was interrupted.``
    Sources: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html and
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html

    Args:
        notice: seconds between SIGTERM and SIGKILL. Default: 120; 0 takes the instance without a word.
        force: whether jobs on other capacity are hit, too. Default: false.
        after: see `TimedFault`.
        job: see `JobFault`.
        index: see `JobFault`.
        attempt: see `JobFault`.
        probability: see `Fault`.
    """

    kind = "reclaim"

    notice: float = option(_SECONDS, default=SPOT_NOTICE_SECONDS, kw_only=True)
    force: bool = option(Flag(), default=False, kw_only=True)


@dataclass(frozen=True)
class PullFailure(JobFault):
    """The image cannot be pulled, so the program does not start: ``CannotPullContainerError: …``.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html

    Args:
        job: see `JobFault`.
        index: see `JobFault`.
        attempt: see `JobFault`.
        probability: see `Fault`.
    """

    kind = "pull-failure"


START_ERRORS = (
    "CannotCreateContainerError",
    "CannotStartContainerError",
    "ResourceInitializationError",
    "DockerTimeoutError",
)
"""What Amazon ECS calls its failures to start a container, beside that of an image which it cannot pull."""


@dataclass(frozen=True)
class StartFailure(JobFault):
    """The container cannot be created or started, so the program does not run: ``CannotStartContainerError: …``.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html

    Args:
        error: how Amazon ECS calls it: ``CannotCreateContainerError``, ``CannotStartContainerError``,
            ``ResourceInitializationError`` or ``DockerTimeoutError``. Default: ``CannotStartContainerError``.
        job: see `JobFault`.
        index: see `JobFault`.
        attempt: see `JobFault`.
        probability: see `Fault`.
    """

    kind = "start-failure"

    error: str = option(OneOf(START_ERRORS), default="CannotStartContainerError", kw_only=True)


@dataclass(frozen=True)
class LoseAgent(TimedFault):
    """The agent on the instance of a job is lost: the program is killed, and nobody knows its exit code.

    On Fargate it is the task that is lost. AWS does not say by which text a job tells it; here it is ``Task stopped:
    the container agent is disconnected.``
    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-disconnected-linux2-ami.html

    Args:
        after: see `TimedFault`.
        job: see `JobFault`.
        index: see `JobFault`.
        attempt: see `JobFault`.
        probability: see `Fault`.
    """

    kind = "lose-agent"


@dataclass(frozen=True)
class ExitCode(TimedFault):
    """The program is ended, and has this exit code.

    Args:
        code: the exit code, 0 to 255; 0 makes a success of a program that did not finish.
        after: see `TimedFault`.
        job: see `JobFault`.
        index: see `JobFault`.
        attempt: see `JobFault`.
        probability: see `Fault`.
    """

    kind = "exit-code"

    code: int = option(Number("a number from 0 to 255", high=255))


@dataclass(frozen=True)
class OutOfMemory(TimedFault):
    """The program is killed with exit code 137 and ``OutOfMemoryError: Container killed due to memory usage``.

    Source: https://docs.aws.amazon.com/batch/latest/userguide/memory-management.html

    Args:
        after: see `TimedFault`.
        job: see `JobFault`.
        index: see `JobFault`.
        attempt: see `JobFault`.
        probability: see `Fault`.
    """

    kind = "out-of-memory"


@dataclass(frozen=True)
class Hang(JobFault):
    """The attempt runs, does nothing and does not end, until its timeout or somebody ends it. It holds its vCPUs.

    Args:
        job: see `JobFault`.
        index: see `JobFault`.
        attempt: see `JobFault`.
        probability: see `Fault`.
    """

    kind = "hang"


@dataclass(frozen=True)
class LoseWorker(TimedFault):
    """The program is killed with SIGKILL, and nobody says why: exit code 137 and no reason.

    Args:
        after: see `TimedFault`.
        job: see `JobFault`.
        index: see `JobFault`.
        attempt: see `JobFault`.
        probability: see `Fault`.
    """

    kind = "lose-worker"


@dataclass(frozen=True)
class LoseResult(JobFault):
    """The attempt succeeds with exit code 0, but its program never ran, so that its result is missing.

    Args:
        job: see `JobFault`.
        index: see `JobFault`.
        attempt: see `JobFault`.
        probability: see `Fault`.
    """

    kind = "lose-result"
