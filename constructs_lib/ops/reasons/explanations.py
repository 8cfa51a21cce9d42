"""What an explanation is: a cause with a name, a sentence, what shows it, and what to do about it."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Cause(StrEnum):
    """Names of causes, for programs; docs/why.md explains each."""

    # A job that waits.
    QUEUE_DISABLED = "QUEUE_DISABLED"
    QUEUE_INVALID = "QUEUE_INVALID"
    ENVIRONMENT_DISABLED = "ENVIRONMENT_DISABLED"
    ENVIRONMENT_INVALID = "ENVIRONMENT_INVALID"
    MAX_VCPUS = "MAX_VCPUS"
    NO_INSTANCE_TYPE = "NO_INSTANCE_TYPE"
    FARGATE_SIZE = "FARGATE_SIZE"
    PLATFORM = "PLATFORM"
    ARCHITECTURE = "ARCHITECTURE"
    NO_CAPACITY = "NO_CAPACITY"
    EC2_QUOTA = "EC2_QUOTA"
    INSTANCE_CONFIGURATION = "INSTANCE_CONFIGURATION"
    SERVICE_ROLE = "SERVICE_ROLE"
    SERVICE_LIMIT = "SERVICE_LIMIT"
    UNDETERMINED = "UNDETERMINED"
    QUEUE_BLOCKED = "QUEUE_BLOCKED"
    OTHERS_AHEAD = "OTHERS_AHEAD"
    VCPUS_IN_USE = "VCPUS_IN_USE"
    SHARE_USED = "SHARE_USED"
    CONSUMABLE_USED = "CONSUMABLE_USED"
    DEPENDENCY_OPEN = "DEPENDENCY_OPEN"
    STARTING_INSTANCE = "STARTING_INSTANCE"
    INSTANCES_DO_NOT_JOIN = "INSTANCES_DO_NOT_JOIN"
    SLOW_START = "SLOW_START"
    CHILDREN_WAIT = "CHILDREN_WAIT"
    JUST_SUBMITTED = "JUST_SUBMITTED"
    # A job that has failed.
    NO_ROUTE = "NO_ROUTE"
    IMAGE_NOT_FOUND = "IMAGE_NOT_FOUND"
    NO_PULL_RIGHT = "NO_PULL_RIGHT"
    PULL_RATE = "PULL_RATE"
    DISK_FULL = "DISK_FULL"
    IMAGE_NOT_PULLED = "IMAGE_NOT_PULLED"
    SECRET_NOT_READ = "SECRET_NOT_READ"  # noqa: S105 - the name of a cause
    LOG_GROUP = "LOG_GROUP"
    VOLUME = "VOLUME"
    NO_COMMAND = "NO_COMMAND"
    ROLE_NOT_ASSUMED = "ROLE_NOT_ASSUMED"
    START_FAILED = "START_FAILED"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    TIMED_OUT = "TIMED_OUT"
    RECLAIMED = "RECLAIMED"
    HOST_LOST = "HOST_LOST"
    NOT_EXECUTABLE = "NOT_EXECUTABLE"
    SEGMENTATION_FAULT = "SEGMENTATION_FAULT"
    STOPPED = "STOPPED"
    EXIT_CODE = "EXIT_CODE"
    TERMINATED = "TERMINATED"
    CANCELLED_BY_QUEUE = "CANCELLED_BY_QUEUE"
    CANCELLED_BY_WATCH = "CANCELLED_BY_WATCH"
    CHILDREN_FAILED = "CHILDREN_FAILED"
    DEPENDENCY_FAILED = "DEPENDENCY_FAILED"
    OVERRIDES_TOO_LONG = "OVERRIDES_TOO_LONG"
    # An execution of a state machine, or a call that was refused.
    DENIED = "DENIED"
    DEFINITION_GONE = "DEFINITION_GONE"
    QUEUE_GONE = "QUEUE_GONE"
    PAYLOAD_TOO_LONG = "PAYLOAD_TOO_LONG"
    REQUEST_REFUSED = "REQUEST_REFUSED"
    EXPRESSION = "EXPRESSION"
    NO_CHOICE = "NO_CHOICE"
    ITEMS_NOT_READ = "ITEMS_NOT_READ"
    INVALID_ITEMS = "INVALID_ITEMS"
    TOO_MANY_ITEMS = "TOO_MANY_ITEMS"
    TOO_MANY_FAILURES = "TOO_MANY_FAILURES"
    FUNCTION_FAILED = "FUNCTION_FAILED"
    TASK_FAILED = "TASK_FAILED"
    JOB_FAILED = "JOB_FAILED"
    HISTORY_FULL = "HISTORY_FULL"
    THROTTLED = "THROTTLED"
    ABORTED = "ABORTED"
    CHILD_EXECUTION_FAILED = "CHILD_EXECUTION_FAILED"
    FAIL_STATE = "FAIL_STATE"
    WAITS_FOR_JOB = "WAITS_FOR_JOB"
    WAITS_FOR_TIME = "WAITS_FOR_TIME"
    WAITS_FOR_CALLBACK = "WAITS_FOR_CALLBACK"
    WAITS_FOR_TASK = "WAITS_FOR_TASK"
    # Nothing is wrong, or nobody knows.
    QUEUE_EMPTY = "QUEUE_EMPTY"
    QUEUE_WORKS = "QUEUE_WORKS"
    ENVIRONMENT_WORKS = "ENVIRONMENT_WORKS"
    RUNS = "RUNS"
    SUCCEEDED = "SUCCEEDED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Fix:
    """Something to do.

    Attributes:
        text: a sentence.
        command: what does it, or shows more, as a shell takes it; None where there is none.
        statement: of a policy that is missing, in JSON; None where none is.
    """

    text: str
    command: str | None = None
    statement: str | None = None

    @classmethod
    def run(cls, text: str, *words: object) -> "Fix":
        """One with a command of these words."""
        return cls(text, shlex.join(str(word) for word in words))


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has found.

    Attributes:
        cause: its name.
        sentence: in words.
        evidence: what shows it, a line each.
        fixes: what to do about it, the best first.
        source: the page of AWS that explains it; empty where there is none.
    """

    cause: Cause
    sentence: str
    evidence: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    source: str = ""

    def with_evidence(self, *lines: str) -> "Finding":
        """The same, with more lines; those that it has already are not repeated."""
        return replace(self, evidence=(*self.evidence, *(line for line in lines if line not in self.evidence)))


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why something waits or has failed.

    Attributes:
        kind: what it is: ``job``, ``execution``, ``job queue``, ``compute environment``, ``Map Run``.
        id: its id or ARN.
        name: what people call it.
        status: as AWS has it, such as ``RUNNABLE``.
        finding: the cause.
        also: other things that are wrong, or that come next when the cause is mended.
        below: explanations of what it comes from: a job of an execution, the job that another one waits for.
        not_asked: what could not be asked, and why; the cause may be there.
    """

    kind: str
    id: str
    name: str
    status: str
    finding: Finding
    also: tuple[Finding, ...] = ()
    below: tuple["Explanation", ...] = ()
    not_asked: tuple[str, ...] = ()

    @property
    def cause(self) -> Cause:
        """The name of the cause."""
        return self.finding.cause

    @property
    def sentence(self) -> str:
        """The cause in words."""
        return self.finding.sentence

    @property
    def evidence(self) -> tuple[str, ...]:
        """What shows it, a line each."""
        return self.finding.evidence

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """What to do about it, the best first."""
        return self.finding.fixes

    @property
    def source(self) -> str:
        """The page of AWS that explains it."""
        return self.finding.source

    @property
    def is_known(self) -> bool:
        """Whether a cause was found."""
        return self.finding.cause not in _NOBODY_KNOWS

    @property
    def root(self) -> "Explanation":
        """The explanation at the bottom: of the job that failed first, or for which all others wait."""
        return self.below[0].root if self.below else self


_NOBODY_KNOWS: Final = frozenset({Cause.UNKNOWN, Cause.UNDETERMINED})


def shortened(text: str, most: int = 600) -> str:
    """A text of somebody in one line, cut where it is too long to be evidence."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]}… ({len(line) - most:,} more characters)"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Names with commas between them, and how many are left out."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def counted(number: float, one: str, many: str | None = None) -> str:
    """A number and what it counts: ``1 job``, ``12,000 jobs``."""
    shown = f"{number:,g}" if number % 1 else f"{number:,.0f}"
    return f"{shown} {one if number == 1 else many or f'{one}s'}"
