"""Nodes of a multi-node parallel job with the same container."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from aws_cdk import aws_batch as batch

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented
from constructs_lib.jobs.container_options import ContainerOptions
from constructs_lib.jobs.linux_parameters import LinuxParameters
from constructs_lib.storage.job_storage import JobStorage


@checked
@documented
@dataclass(frozen=True, kw_only=True)
class NodeGroup(ContainerOptions):
    """A group of nodes of a `MultiNodeJob`, each an instance with one container.

    Args:
        vcpus: number of vCPUs, a whole number.
        gpus: number of GPUs, reserved for the container. Default: 0.
        ulimits: limits of the container, such as open files. Default: Docker's on the instance.
        nodes: number of nodes. Default: 1.
        storage: of the containers, as for `ContainerJob`. Default: no storage.
    """

    nodes: int = 1
    storage: Sequence[JobStorage] = ()

    def arguments_with_efa(self, interfaces: int) -> dict[str, Any]:
        """Arguments for ``make_container``, with the devices of Elastic Fabric Adapters.

        Programs lock the memory that an adapter reads and writes; Docker's limit for locked memory is too low.
        Source: https://docs.aws.amazon.com/batch/latest/userguide/efa.html
        """
        given = self.arguments()
        if not interfaces:
            return given
        linux = self.linux_parameters or LinuxParameters()
        adapters = [f"/dev/infiniband/uverbs{index}" for index in range(interfaces)]
        given["linux_parameters"] = replace(linux, devices=[*linux.devices, *adapters])
        if not any(limit.name is batch.UlimitName.MEMLOCK for limit in self.ulimits):
            unlimited = batch.Ulimit(name=batch.UlimitName.MEMLOCK, soft_limit=-1, hard_limit=-1)
            given["ulimits"] = [*self.ulimits, unlimited]
        return given
