"""A container of a job that has several."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented
from constructs_lib.jobs.container_options import ContainerOptions


class StartAfter(StrEnum):
    """The condition of another container for a container to start.

    Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_TaskContainerDependency.html
    """

    START = "START"
    """The other container has started."""

    COMPLETE = "COMPLETE"
    """The other container has ended, with any exit code."""

    SUCCESS = "SUCCESS"
    """The other container has ended with exit code 0; with another exit code the job fails."""


@checked
@documented
@dataclass(frozen=True, kw_only=True)
class JobContainer(ContainerOptions):
    """A container of a `MultiContainerJob`.

    Args:
        name: unique in the job: up to 255 letters, digits, hyphens and underscores.
        essential: end the job with the container, and with its exit code. A container that is not essential may end at
            any time, and is stopped with the job. Default: yes.
        after: names of other containers, with the condition of each for this container to start. Default: no
            conditions.
    """

    name: str
    essential: bool = True
    after: Mapping[str, StartAfter] = field(default_factory=dict)
