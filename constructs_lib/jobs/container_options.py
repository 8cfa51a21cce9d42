"""The options of one container in a job of several containers or nodes."""

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
    """The options of a container in a job of several containers or nodes, as those of `ContainerJob`.

    Args:
        image: of the container.
        vcpus: number of vCPUs; a whole number on EC2.
        memory: hard limit.
        gpus: number of GPUs, reserved for this container; EC2 only. Default: 0.
        command: replaces the image's CMD; ``Ref::name`` is replaced by a parameter. Default: the image's.
        environment: environment variables; the names must not start with ``AWS_BATCH``. Default: no variables.
        secrets: environment variables from Secrets Manager or the Parameter Store, as for `ContainerJob`. Default: no
            secrets.
        readonly_root_filesystem: make the container's root file system read-only. Default: no.
        user: ``uid:gid``. Default: the image's.
        linux_parameters: shared memory, devices and the like. Default: those of Docker.
        ulimits: limits of the container, such as open files; EC2 only. Default: Docker's on the instance.
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
        """Refuse options that AWS Batch would reject for this container alone."""
        inside = place.parameter
        check_command(place.of(f"{inside}.command"), self.image.modules, self.command)
        check_linux(place, platform, self.linux_parameters, self.ulimits)
        check_variables(place.of(f"{inside}.environment"), self.environment or {})
        check_variables(place.of(f"{inside}.secrets"), self.secrets or {})
        check_apart(place.of(f"{inside}.secrets"), self.environment or {}, self.secrets or {})

    def arguments(self) -> dict[str, Any]:
        """Arguments for ``make_container``, without the environment, to which storage adds variables."""
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
