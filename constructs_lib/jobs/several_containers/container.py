"""A container of a job that has several."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from constructs_lib.core.checked.arguments import checked
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
@dataclass(frozen=True, kw_only=True)
class JobContainer(ContainerOptions):
    """A container of a `MultiContainerJob`.

    Args:
        name: of its own in the job: up to 255 letters, digits, hyphens and underscores.
        image: what it runs.
        vcpus: its share of the processors; whole ones on EC2.
        memory: a hard limit.
        gpus: of the instance, for it alone; EC2 only. Default: none.
        command: replaces the image's CMD; ``Ref::name`` stands for a parameter. Default: the image's.
        environment: variables; the names must not start with ``AWS_BATCH``. Default: none.
        secrets: variables from Secrets Manager or the Parameter Store, as for `ContainerJob`. Default: none.
        readonly_root_filesystem: it cannot write to its image's files. Default: it can.
        user: ``uid:gid``. Default: the image's.
        linux_parameters: shared memory, devices and the like. Default: none.
        ulimits: such as open files; EC2 only. Default: Docker's on the instance.
        essential: its end is the job's end, and its exit code the job's. One that is not may end at any time, and is
            stopped with the job. Default: it is.
        after: containers that come first, by name, and what has to have happened to them. Default: none.
    """

    name: str
    essential: bool = True
    after: Mapping[str, StartAfter] = field(default_factory=dict)
