"""What a container is told of itself and of its task; what this machine does not know of it is left out.

Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v3-response.html and
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-examples.html
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from constructs_lib.local.metadata.containers import Container
from constructs_lib.local.runners.log_groups import DEFAULT_GROUP

Document = dict[str, Any]

_UNITS_PER_VCPU = 1024
_BYTES_PER_MIB = 1024 * 1024
_LABELS = "com.amazonaws.ecs."
_NOT_IN_VERSION_3 = {"ContainerARN", "LogDriver", "LogOptions", "LaunchType"}
_NO_USAGE: Document = {"cpu_usage": {"total_usage": 0}, "system_cpu_usage": 0}


def container_document(container: Container, version: int) -> Document:
    """What ``/`` answers."""
    spec, (family, revision) = container.job.spec, _definition(container)
    started = {} if container.attempt.started_at is None else _moments(container.attempt.started_at)
    document = {
        "DockerId": _id(container),
        "Name": container.name,
        "DockerName": f"ecs-{family}-{revision}-{container.name}-{_id(container)[:20]}",
        "Image": spec.container["image"],
        "Labels": {
            f"{_LABELS}cluster": container.cluster_arn,
            f"{_LABELS}container-name": container.name,
            f"{_LABELS}task-arn": container.task_arn,
            f"{_LABELS}task-definition-family": family,
            f"{_LABELS}task-definition-version": revision,
        },
        "DesiredStatus": "RUNNING",
        "KnownStatus": "RUNNING" if started else "CREATED",
        "Limits": {"CPU": int(spec.vcpus * _UNITS_PER_VCPU), "Memory": int(spec.memory)},
        **started,
        "Type": "NORMAL",
        **_logs(container),
        "ContainerARN": f"{container.task_arn.replace(':task/', ':container/', 1)}/{container.name}",
        "Networks": [{"NetworkMode": _network(container), "IPv4Addresses": ["127.0.0.1"]}],
    }
    return _of_version(document, version)


def task_document(container: Container, containers: Sequence[Container], version: int) -> Document:
    """What ``/task`` answers.

    Args:
        container: who asks.
        containers: all of its task.
        version: 3 or 4.
    """
    family, revision = _definition(container)
    documents = [container_document(item, version) for item in containers]
    has_started = all("StartedAt" in document for document in documents)
    document = {
        "Cluster": container.cluster_arn,
        "TaskARN": container.task_arn,
        "Family": family,
        "Revision": revision,
        "DesiredStatus": "RUNNING",
        "KnownStatus": "RUNNING" if has_started else "PENDING",
        **(_limits(container) if len(containers) == 1 else {}),
        "AvailabilityZone": f"{_region(container)}a",
        "LaunchType": "FARGATE" if _is_fargate(container) else "EC2",
        "Containers": documents,
    }
    return _of_version(document, version)


def stats_document(container: Container, now: float) -> Document:
    """What ``/stats`` answers, in the form of Docker: the limit of memory; what is used is not measured, and 0."""
    return {
        "id": _id(container),
        "name": f"/{container.name}",
        "read": _moment(now),
        "cpu_stats": _NO_USAGE,
        "precpu_stats": _NO_USAGE,
        "memory_stats": {"usage": 0, "limit": int(container.job.spec.memory * _BYTES_PER_MIB)},
    }


def stats_of_task(containers: Sequence[Container], now: float) -> Document:
    """What ``/task/stats`` answers: the same of each container, by its id."""
    return {_id(item): stats_document(item, now) for item in containers}


def _limits(container: Container) -> Document:
    """Those of a task that is one container; others have none of the task, but each its own."""
    return {"Limits": {"CPU": container.job.spec.vcpus, "Memory": int(container.job.spec.memory)}}


def _of_version(document: Document, version: int) -> Document:
    if version == 4:  # noqa: PLR2004 - the newest
        return document
    return {key: value for key, value in document.items() if key not in _NOT_IN_VERSION_3}


def _definition(container: Container) -> tuple[str, str]:
    """Family and revision."""
    family, _, revision = container.job.spec.definition.arn.rpartition("/")[2].partition(":")
    return family, revision


def _logs(container: Container) -> Document:
    configuration = container.job.spec.container.get("logConfiguration") or {}
    driver = configuration.get("logDriver", "awslogs")
    if driver != "awslogs":
        return {} if driver == "none" else {"LogDriver": driver, "LogOptions": configuration.get("options") or {}}
    defaults = {"awslogs-group": DEFAULT_GROUP, "awslogs-region": _region(container)}
    options = {**defaults, **(configuration.get("options") or {}), "awslogs-stream": container.attempt.log_stream}
    return {"LogDriver": driver, "LogOptions": options}


def _network(container: Container) -> str:
    return "awsvpc" if _is_fargate(container) else "host"


def _is_fargate(container: Container) -> bool:
    return "FARGATE" in container.job.spec.details.get("platformCapabilities", [])


def _region(container: Container) -> str:
    return container.cluster_arn.split(":")[3]


def _id(container: Container) -> str:
    return hashlib.sha256(f"{container.task_arn}/{container.name}".encode()).hexdigest()


def _moments(started_at: float) -> Document:
    return {"CreatedAt": _moment(started_at), "StartedAt": _moment(started_at)}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat().replace("+00:00", "Z")
