"""What a container gets of Linux beyond the defaults: shared memory, devices, swap, an init process."""

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
        shared_memory: size of ``/dev/shm``, in whole MiB; it counts against the memory of the job. PyTorch's data
            loaders and MPI need more than the default. Default: 64 MiB, which is Docker's.
        tmpfs: directories of the container that are kept in memory, with the size of each, in whole MiB. Default: none.
        devices: of the instance, by their paths, which are the same in the container; it may read them, write them and
            make nodes of them. Default: none.
        init_process: runs a process with number 1 that hands on signals and clears away children that have ended, for
            programs that start others. Default: the program itself is number 1.
        max_swap: swap space, in whole MiB; 0 is none at all. The instance must have some. Default: the instance's.
        swappiness: how eagerly memory is swapped out, 0 to 100; needs ``max_swap``. Default: 60, which is Linux's.
    """

    shared_memory: Size | None = None
    tmpfs: Mapping[str, Size] = field(default_factory=dict)
    devices: Sequence[str] = ()
    init_process: bool = False
    max_swap: Size | None = None
    swappiness: int | None = None

    @property
    def only_on_ec2(self) -> list[str]:
        """The names of the options that are given and that Fargate does not have."""
        given = {
            "shared_memory": self.shared_memory,
            "tmpfs": self.tmpfs or None,
            "devices": self.devices or None,
            "max_swap": self.max_swap,
            "swappiness": self.swappiness,
        }
        return [name for name, value in given.items() if value is not None]

    def check(self, place: ArgumentPath, platform: Platform) -> None:
        """Refuse what the platform does not have, and numbers that Linux does not."""
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
        """Make aws-cdk-lib's object for it."""
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
