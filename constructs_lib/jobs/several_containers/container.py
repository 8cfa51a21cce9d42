"""A container of a job that has several."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented
from constructs_lib.jobs.container_options import ContainerOptions


class StartAfter(StrEnum):
    """What has to have happened to another container before a container starts.

    Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_TaskContainerDependency.html
    """

    START = "START"
    """It has started."""

    COMPLETE = "COMPLETE"
    """It has ended, with whatever exit code."""

    SUCCESS = "SUCCESS"
    """It has ended with exit code 0; with another one the job fails."""


@checked
@documented
@dataclass(frozen=True, kw_only=True)
class JobContainer(ContainerOptions):
    """A container of a `MultiContainerJob`.

    Args:
        name: of its own in the job: up to 255 letters, digits, hyphens and underscores.
        essential: its end is the job's end, and its exit code the job's. One that is not may end at any time, and is
            stopped with the job. Default: it is.
        after: containers that come first, by name, and what has to have happened to them. Default: none.
    """

    name: str
    essential: bool = True
    after: Mapping[str, StartAfter] = field(default_factory=dict)
