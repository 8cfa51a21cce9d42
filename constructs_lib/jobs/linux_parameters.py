"""Linux parameters of a container: shared memory, devices, swap, an init process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aws_cdk import Size
from aws_cdk import aws_batch as batch
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.platform import Platform
from constructs_lib.jobs.linux_checks import check_linux_parameters


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class LinuxParameters:
    """Options of a container on Linux; all but ``init_process`` are for EC2 only.

    Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_LinuxParameters.html

    Args:
        shared_memory: size of ``/dev/shm``, a whole number of MiB; it counts against the memory of the job. PyTorch's
            data loaders and MPI need more than the default. Default: 64 MiB, as in Docker.
        tmpfs: directories of the container that are kept in memory, with their sizes, whole numbers of MiB. Default: no
            directories.
        devices: paths of devices of the instance, the same in the container, with permissions to read, write and mknod.
            Default: no devices.
        init_process: run an init process with PID 1, which forwards signals and reaps child processes, for programs
            that start others. Default: no, the program itself has PID 1.
        max_swap: swap space, a whole number of MiB; 0 disables swap. The instance must have swap space. Default: the
            instance's.
        swappiness: how eagerly memory is swapped out, 0 to 100; requires ``max_swap``. Default: 60, as in Linux.
    """

    shared_memory: Size | None = None
    tmpfs: Mapping[str, Size] = field(default_factory=dict)
    devices: Sequence[str] = ()
    init_process: bool = False
    max_swap: Size | None = None
    swappiness: int | None = None

    @property
    def only_on_ec2(self) -> list[str]:
        """The names of the options with a value that Fargate does not have."""
        given = {
            "shared_memory": self.shared_memory,
            "tmpfs": self.tmpfs or None,
            "devices": self.devices or None,
            "max_swap": self.max_swap,
            "swappiness": self.swappiness,
        }
        return [name for name, value in given.items() if value is not None]

    def check(self, place: ArgumentPath, platform: Platform) -> None:
        """Refuse options that the platform does not have, and values out of range."""
        check_linux_parameters(
            place,
            platform,
            only_on_ec2=self.only_on_ec2,
            sizes={
                "shared_memory": self.shared_memory,
                **{f"tmpfs[{path}]": size for path, size in self.tmpfs.items()},
            },
            max_swap=self.max_swap,
            swappiness=self.swappiness,
            paths=[*self.tmpfs, *self.devices],
        )

    def render(self, scope: Construct) -> batch.LinuxParameters:
        """Make the object of aws-cdk-lib for these options."""
        made = batch.LinuxParameters(
            scope,
            "LinuxParameters",
            shared_memory_size=self.shared_memory,
            init_process_enabled=self.init_process or None,
            max_swap=self.max_swap,
            swappiness=self.swappiness,
        )
        made.add_devices(*(batch.Device(host_path=path) for path in self.devices))
        made.add_tmpfs(*(batch.Tmpfs(container_path=path, size=size) for path, size in self.tmpfs.items()))
        return made
