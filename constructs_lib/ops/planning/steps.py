"""What a state machine does over time, as generators of steps: whoever runs them says when a step has ended.

A generator yields a step and gets what came of it: of `Submit` an `Ended`, of the others None.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

from constructs_lib.ops.planning.parts import TaskSize


@dataclass(frozen=True, slots=True)
class Sleep:
    """Some seconds pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Submit:
    """A job is submitted.

    Args:
        request: of SubmitJob, without what plans do not look at.
        seconds: how long each attempt at a job takes.
        wait: go on when it has ended. Default: at once.
        after: the id of an array job whose child of the same index has to end before each child.
    """

    request: dict[str, Any]
    seconds: float
    wait: bool = True
    after: str | None = None


@dataclass(frozen=True, slots=True)
class RunTask:
    """A task of Amazon ECS runs on Fargate, without a queue.

    Args:
        size: of the task.
        spot: whether it runs on Fargate Spot.
        seconds: how long it takes.
    """

    size: TaskSize
    spot: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Together:
    """Several go on at the same time.

    Args:
        each: what goes on; it is made when its turn has come.
        at_a_time: how many. Default: all.
    """

    each: "Iterator[Steps]"
    at_a_time: float = float("inf")


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a job.

    Args:
        job_id: of the job.
        reclaimed: how many of its children, or whether the job itself, ended because Spot capacity was reclaimed.
        failed: how many ended otherwise.
    """

    job_id: str
    reclaimed: int = 0
    failed: int = 0


@dataclass(slots=True)
class Requests:
    """What is paid for by the number: counted while steps are made."""

    transitions: int = 0
    """States that were entered, which Step Functions charges for."""
    puts: int = 0
    """Objects written to S3."""
    gets: int = 0
    """Objects read from S3."""
    notes: list[str] = field(default_factory=list)
    """What a plan cannot know, a sentence each."""

    def note(self, sentence: str) -> None:
        """Add a sentence, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)


Step = Sleep | Submit | RunTask | Together
Steps = Generator[Step, Any, Any]
