"""What one container of a job is, where a job has several: in one task, or on several nodes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Size
from aws_cdk import aws_batch as batch

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import as_list
from constructs_lib.core.names import check_apart, check_variables
from constructs_lib.core.platform import Platform
from constructs_lib.images.image import JobImage
from constructs_lib.images.python_checks import check_command
from constructs_lib.jobs.checks import check_linux
from constructs_lib.jobs.linux_parameters import LinuxParameters


@dataclass(frozen=True, kw_only=True)
class ContainerOptions:
    """The options that every container has, as `ContainerJob` has them.

    Args:
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
    """

    image: JobImage
    vcpus: float
    memory: Size
    gpus: int = 0
    command: Sequence[str] | None = None
    environment: Mapping[str, str] | None = None
    secrets: Mapping[str, batch.Secret] | None = None
    readonly_root_filesystem: bool = False
    user: str | None = None
    linux_parameters: LinuxParameters | None = None
    ulimits: Sequence[batch.Ulimit] = ()

    def check_options(self, place: ArgumentPath, platform: Platform) -> None:
        """Refuse what AWS Batch refuses, whatever the other containers are."""
        inside = place.parameter
        check_command(place.of(f"{inside}.command"), self.image.modules, self.command)
        check_linux(place, platform, self.linux_parameters, self.ulimits)
        check_variables(place.of(f"{inside}.environment"), self.environment or {})
        check_variables(place.of(f"{inside}.secrets"), self.secrets or {})
        check_apart(place.of(f"{inside}.secrets"), self.environment or {}, self.secrets or {})

    def arguments(self) -> dict[str, Any]:
        """What ``make_container`` takes of it, but for its variables, which storage adds to."""
        return {
            "image": self.image.container_image,
            "cpu": self.vcpus,
            "memory": self.memory,
            "gpus": self.gpus,
            "command": as_list(self.command),
            "secrets": self.secrets,
            "readonly_root_filesystem": self.readonly_root_filesystem,
            "user": self.user,
            "linux_parameters": self.linux_parameters,
            "ulimits": self.ulimits,
        }
