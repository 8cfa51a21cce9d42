"""Jobs of several containers: their order, and each container in the shape of a job.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_TaskContainerDependency.html
"""

from collections.abc import Iterator
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from constructs_lib.local.batch.definitions.containers import JobContainers, Properties, requirements
from constructs_lib.local.batch.definitions.merging import as_one
from constructs_lib.local.batch.errors import invalid
from constructs_lib.local.scheduler.jobs.job import JobSpec, Part

_CONDITIONS = ("START", "COMPLETE", "SUCCESS")


def check_order(task: JobContainers) -> None:
    """Refuse containers that wait for what never happens."""
    essential = {container.get("name"): container.get("essential", True) for container in task.containers}
    for container in task.containers:
        for other, condition in _after(container):
            if other not in essential:
                invalid(f"Container {container.get('name')} depends on {other}, which is not in the task.")
            if condition not in _CONDITIONS:
                invalid(f"{condition} is not a condition of a dependency: {', '.join(_CONDITIONS)} are.")
            if condition != "START" and essential[other]:
                invalid(f"The condition {condition} can't be set on the essential container {other}.")
    order = {container.get("name"): [other for other, _ in _after(container)] for container in task.containers}
    try:
        TopologicalSorter(order).prepare()
    except CycleError as error:
        invalid(f"Containers depend on each other in a circle: {', '.join(map(str, error.args[1]))}.")


def with_parts(spec: JobSpec, task: JobContainers) -> JobSpec:
    """The same job with a part for each of its containers, if it has several."""
    if len(task.containers) == 1:
        return spec
    return replace(spec, parts=tuple(_part(spec, task, container) for container in task.containers))


def _part(spec: JobSpec, task: JobContainers, container: Properties) -> Part:
    stated = requirements(container)
    own = replace(
        spec,
        container=as_one(task, container),
        vcpus=float(stated["VCPU"]),
        memory=float(stated["MEMORY"]),
        gpus=int(stated.get("GPU", 0)),
    )
    return Part(container["name"], own, container.get("essential", True), dict(_after(container)))


def _after(container: Properties) -> Iterator[tuple[str, str]]:
    for dependency in container.get("dependsOn", []):
        yield dependency["containerName"], dependency["condition"]
