"""What DescribeJobs says about a job: what it asks for, and every text that tells how it ended.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.instance_types.fitting import Demand
from constructs_lib.local.runs.report.containers import containers_of

Described = Mapping[str, Any]


def demands(job: Described) -> list[tuple[int, Demand]]:
    """What the job asks for of an instance or of Fargate, and of how many: one, or those of each range of nodes."""
    nodes = job.get("nodeProperties")
    if not nodes:
        return [(1, _sum(_containers(job)))]
    found = []
    for group in nodes.get("nodeRangeProperties", []):
        low, _, high = group.get("targetNodes", "0").partition(":")
        last = int(high) if high else nodes.get("numNodes", 1) - 1
        found.append((last - int(low or 0) + 1, _sum(_containers(group))))
    return found


def demand(job: Described) -> Demand:
    """What the largest of its nodes asks for, or the job itself."""
    each = [wanted for _, wanted in demands(job)] or [Demand()]
    return max(each, key=lambda wanted: (wanted.gpus or 0, wanted.vcpus or 0, wanted.memory or 0))


def vcpus(job: Described) -> float:
    """The vCPUs of all its nodes."""
    return sum(count * (wanted.vcpus or 0) for count, wanted in demands(job))


def is_for_fargate(job: Described) -> bool:
    """Whether it was submitted for Fargate."""
    return "FARGATE" in job.get("platformCapabilities", [])


def architecture(job: Described) -> str | None:
    """``x86_64`` or ``arm64`` where the definition says it, None where only the image knows."""
    for container in [job, *_tasks(job), *_containers(job)]:
        if found := container.get("runtimePlatform", {}).get("cpuArchitecture"):
            return str(found).lower()
    return None


def image(job: Described) -> str | None:
    """The image of its first container."""
    return next((str(found["image"]) for found in _all_containers(job) if found.get("image")), None)


def execution_role(job: Described) -> str | None:
    """The ARN of the role that pulls images, reads secrets and writes logs."""
    places = [*_all_containers(job), *_tasks(job)]
    return next((str(found["executionRoleArn"]) for found in places if found.get("executionRoleArn")), None)


def job_role(job: Described) -> str | None:
    """The ARN of the role of the program."""
    places = [
        *((item, "jobRoleArn") for item in _all_containers(job)),
        *((item, "taskRoleArn") for item in _tasks(job)),
    ]
    return next((str(found[key]) for found, key in places if found.get(key)), None)


def public_address(job: Described) -> bool:
    """Whether it asks for a public address, as jobs on Fargate may."""
    places = [*_all_containers(job), *_tasks(job)]
    return any(found.get("networkConfiguration", {}).get("assignPublicIp") == "ENABLED" for found in places)


def log_place(job: Described) -> tuple[str, str] | None:
    """The log group and stream of the last attempt; None if it has not started, or writes elsewhere."""
    attempts = job.get("attempts", [])
    places = [*containers_of(job), *(containers_of(attempts[-1]) if attempts else [])]
    stream = next((str(found["logStreamName"]) for found in places if found.get("logStreamName")), None)
    driver, group = "awslogs", "/aws/batch/job"
    for container in _all_containers(job):
        configured = container.get("logConfiguration") or {}
        driver = configured.get("logDriver", driver)
        group = (configured.get("options") or {}).get("awslogs-group", group)
    return (group, stream) if stream and driver == "awslogs" else None


def exit_code(job: Described) -> int | None:
    """Of the last attempt; of several containers the first that is not 0."""
    attempts = job.get("attempts", [])
    places = containers_of(attempts[-1]) if attempts else []
    codes = [found["exitCode"] for found in [*places, *containers_of(job)] if "exitCode" in found]
    return next((code for code in codes if code), codes[0] if codes else None)


def endings(job: Described) -> Iterator[str]:
    """Every text that says how the job, and before that its last attempt and their containers, ended."""
    attempts = job.get("attempts", [])
    texts = [job.get("statusReason"), *(found.get("reason") for found in containers_of(job))]
    if attempts:
        texts += [attempts[-1].get("statusReason"), *(found.get("reason") for found in containers_of(attempts[-1]))]
    yield from dict.fromkeys(str(text) for text in texts if text)


def name_of(job: Described) -> str:
    """Its name, and its index or node where it is one of many."""
    index = job.get("arrayProperties", {}).get("index")
    return str(job["jobName"]) + (f", child {index}" if index is not None else "")


def resource_name(arn: str) -> str:
    """What is after the last slash of an ARN."""
    return arn.rpartition("/")[2]


def _all_containers(job: Described) -> list[dict[str, Any]]:
    groups = job.get("nodeProperties", {}).get("nodeRangeProperties", [])
    return [*_containers(job), *(container for group in groups for container in _containers(group))]


def _containers(place: Described) -> list[dict[str, Any]]:
    found = containers_of(place)
    pods = place.get("eksProperties", {}).get("podProperties", {})
    return found or list(pods.get("containers", []))


def _tasks(job: Described) -> list[dict[str, Any]]:
    return list(job.get("ecsProperties", {}).get("taskProperties", []))


def _sum(containers: list[dict[str, Any]]) -> Demand:
    each = [_needs(container) for container in containers]
    if not each:
        return Demand()
    return Demand(
        vcpus=sum(wanted.get("VCPU", 0.0) for wanted in each),
        memory=sum(wanted.get("MEMORY", 0.0) for wanted in each),
        gpus=int(sum(wanted.get("GPU", 0.0) for wanted in each)),
    )


def _needs(container: Mapping[str, Any]) -> dict[str, float]:
    """By the older members, too, which jobs have that were submitted by older programs."""
    stated = {kind: float(container[key]) for key, kind in _OLDER.items() if container.get(key)}
    for entry in container.get("resourceRequirements", []):
        stated[entry["type"]] = float(entry["value"])
    pod = container.get("resources", {})
    for key, kind in _OF_PODS.items():
        text = str({**pod.get("requests", {}), **pod.get("limits", {})}.get(key, ""))
        number = text.removesuffix("Mi")
        if number and number.replace(".", "", 1).isdecimal():
            stated[kind] = float(number)
    return stated


_OLDER = {"vcpus": "VCPU", "memory": "MEMORY"}
_OF_PODS = {"cpu": "VCPU", "memory": "MEMORY", "nvidia.com/gpu": "GPU"}
