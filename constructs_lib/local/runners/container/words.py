"""The words of `docker create` or `podman create` for the container of a job.

Source of their meaning: https://docs.aws.amazon.com/batch/latest/APIReference/API_ContainerProperties.html
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.local.runners import CannotStartError
from constructs_lib.local.runners.container.engine import ContainerEngine
from constructs_lib.local.runners.several import PartJob, shared_directories
from constructs_lib.local.runners.volumes import Volume, Volumes
from constructs_lib.local.scheduler.jobs.job import Job

_SHARES_PER_VCPU = 1024

Properties = Mapping[str, Any]


def container_name(job: Job) -> str:
    """The name of the container of an attempt, which no other has."""
    name = f"constructs-lib-{job.id.replace(':', '-').replace('#', '-node-')}-{len(job.attempts)}"
    own = job.spec.container.get("name") if isinstance(job, PartJob) else None
    return f"{name}-{own}" if own else name


def create_words(
    job: Job, image: str, environment: Mapping[str, str], engine: ContainerEngine, volumes: Volumes
) -> list[str]:
    """Say what container a job is to have: all that follows ``create``.

    Args:
        job: the job.
        image: the image, as the engine knows it.
        environment: all variables of the job.
        engine: which limits there can be.
        volumes: where the job's volumes are on this machine.
    """
    container = job.spec.container
    entrypoint = container.get("entryPoint") or []  # of a task of ECS
    return [
        *(["--network", "host"] if engine.shares_network else []),
        *_limits(job, engine),
        *_rights(container),
        *_of_linux(container.get("linuxParameters") or {}),
        *_pairs("--volume", [*_mounts(container, volumes.of(container, shared_directories(job)))]),
        *_pairs("--env", [f"{name}={value}" for name, value in environment.items()]),
        *engine.create_words,
        *_pairs("--entrypoint", entrypoint[:1]),
        image,
        *entrypoint[1:],
        *container["command"],
    ]


def _mounts(container: Properties, volumes: Mapping[str, Volume]) -> Iterator[str]:
    for mount in container.get("mountPoints") or []:
        inside = str(mount["containerPath"])
        if ":" in inside:  # the engine would take what stands before it for a path of this machine
            raise CannotStartError(f"CannotCreateContainerError: the path {inside} of a mount point has a colon in it")
        if volume := volumes.get(inside):
            yield f"{volume.directory}:{inside}:ro" if volume.read_only else f"{volume.directory}:{inside}"
        else:
            yield inside


def _pairs(option: str, values: list[str]) -> Iterator[str]:
    for value in values:
        yield from (option, value)


def _limits(job: Job, engine: ContainerEngine) -> Iterator[str]:
    """Memory is a limit everywhere; vCPUs are one on Fargate, and a share of an instance otherwise."""
    if engine.limits_memory and job.spec.memory:
        memory = int(job.spec.memory)
        linux = job.spec.container.get("linuxParameters") or {}
        yield from ("--memory", f"{memory}m")
        yield from ("--memory-swap", f"{memory + int(linux.get('maxSwap', 0))}m")
        if linux.get("maxSwap") and "swappiness" in linux:
            yield from ("--memory-swappiness", str(linux["swappiness"]))
    if engine.limits_cpu and job.spec.vcpus:
        if "FARGATE" in job.spec.details.get("platformCapabilities", []):
            # An engine refuses more processors than the machine has.
            yield from ("--cpus", f"{min(job.spec.vcpus, os.cpu_count() or 1):g}")
        else:
            yield from ("--cpu-shares", str(int(job.spec.vcpus * _SHARES_PER_VCPU)))


def _rights(container: Properties) -> Iterator[str]:
    if container.get("user"):
        yield from ("--user", str(container["user"]))
    if container.get("readonlyRootFilesystem"):
        yield "--read-only"
    if container.get("privileged"):
        yield "--privileged"
    for limit in container.get("ulimits") or []:
        yield from ("--ulimit", f"{limit['name']}={limit['softLimit']}:{limit['hardLimit']}")


def _of_linux(linux: Properties) -> Iterator[str]:
    if linux.get("initProcessEnabled"):
        yield "--init"
    if linux.get("sharedMemorySize"):
        yield from ("--shm-size", f"{linux['sharedMemorySize']}m")
    for mount in linux.get("tmpfs") or []:
        options = ",".join([f"size={mount['size']}m", *mount.get("mountOptions", [])])
        yield from ("--tmpfs", f"{mount['containerPath']}:{options}")
    for device in linux.get("devices") or []:
        rights = "".join(word[0].lower() for word in device.get("permissions", []))  # READ, WRITE, MKNOD
        inside = device.get("containerPath", device["hostPath"])
        yield from ("--device", ":".join([device["hostPath"], inside, *([rights] if rights else [])]))
