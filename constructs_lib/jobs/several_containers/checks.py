"""Checks of jobs of several containers: their names, order, sizes and shared directories.

Source: https://docs.aws.amazon.com/batch/latest/userguide/multi-container-jobs.html
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from aws_cdk import Size
from aws_cdk import aws_ec2 as ec2

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.platform import Platform
from constructs_lib.core.quantities import in_mebibytes
from constructs_lib.core.tokens import resolved
from constructs_lib.jobs.checks import check_fargate_options, check_size
from constructs_lib.jobs.several_containers.container import JobContainer, StartAfter
from constructs_lib.limits import MAX_CONTAINERS_PER_JOB
from constructs_lib.rules import Rule

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")


def check_containers(place: ArgumentPath, platform: Platform, containers: Sequence[JobContainer]) -> None:
    """Refuse containers that AWS Batch would reject, alone or together."""
    if not 1 <= len(containers) <= MAX_CONTAINERS_PER_JOB:
        raise Rule.CONTAINER_COUNT.error(
            place,
            got=f"{len(containers)} containers",
            expected=f"AWS Batch allows 1 to {MAX_CONTAINERS_PER_JOB} per job",
            fix="Make several jobs of them.",
        )
    for index, container in enumerate(containers):
        container.check_options(place.at(index), platform)
        if not _NAME.fullmatch(container.name):
            raise Rule.CONTAINER_NAME.error(
                place.at(index),
                got=f"the name {container.name!r}",
                expected="a container has up to 255 letters, digits, hyphens and underscores",
                fix="Choose another name.",
            )
    for name, times in Counter(container.name for container in containers).items():
        if times > 1:
            raise Rule.CONTAINER_NAME.error(
                place, got=f"{times} containers {name!r}", expected="each has a name of its own", fix="Rename them."
            )
    if not any(container.essential for container in containers):
        raise Rule.ESSENTIAL_CONTAINER.error(
            place,
            got="no essential container",
            expected="the job ends with the end of one",
            fix="Leave essential as it is, True, for the program that the job is about.",
        )
    _check_order(place, {container.name: container for container in containers})


def check_task_size(
    place: ArgumentPath,
    platform: Platform,
    containers: Sequence[JobContainer],
    storage: Size | None,
    architecture: ec2.InstanceArchitecture | None,
) -> None:
    """Refuse sizes that the platform does not offer: of each container on EC2, of all together on Fargate."""
    for container in containers:
        check_fargate_options(place, platform, storage, architecture, container.image.architecture)
        if platform is Platform.EC2 or container.gpus:
            where = ArgumentPath(f"Container {container.name!r} of {place.kind}", place.scope, place.construct_id)
            check_size(where, platform, container.vcpus, container.memory, container.gpus)
    sizes = [in_mebibytes(place.of("containers"), container.memory) for container in containers]
    vcpus = [container.vcpus for container in containers]
    if platform is Platform.FARGATE and all(map(resolved, [*sizes, *vcpus])):
        check_size(place, platform, sum(vcpus), Size.mebibytes(sum(sizes)), 0)


def check_shared_directories(place: ArgumentPath, paths: Sequence[str], taken: Sequence[str]) -> None:
    """Refuse relative paths, the root, and paths of other volumes."""
    for index, path in enumerate(paths):
        if not path.startswith("/") or path.endswith("/"):
            raise Rule.DIRECTORY.error(
                place.at(index),
                got=repr(path),
                expected="a directory is an absolute path below the root",
                fix="Use such as /exchange.",
            )
        if path in [*paths[:index], *taken]:
            raise Rule.ONE_VOLUME_PER_DIRECTORY.error(place.at(index), got=f"{path} again", fix="Choose another path.")


def _check_order(place: ArgumentPath, containers: Mapping[str, JobContainer]) -> None:
    for index, container in enumerate(containers.values()):
        where = place.of(f"{place.parameter}[{index}].after")
        for name, condition in container.after.items():
            if name not in containers:
                raise Rule.START_ORDER.error(
                    where,
                    got=repr(name),
                    expected=f"the containers are {', '.join(containers)}",
                    fix="Name one of them.",
                )
            if StartAfter(condition) is not StartAfter.START and containers[name].essential:
                raise Rule.START_ORDER.error(
                    where,
                    got=f"{condition} of {name!r}, which is essential",
                    expected="the end of an essential container is the end of the job",
                    fix=f"Make {name!r} essential=False, or wait for StartAfter.START.",
                )
    try:
        TopologicalSorter({name: list(container.after) for name, container in containers.items()}).prepare()
    except CycleError as error:
        circle = " after ".join(map(repr, error.args[1]))
        raise Rule.START_ORDER.error(
            place, got=circle, expected="one of them has to start first", fix="Take one of them out of `after`."
        ) from error
