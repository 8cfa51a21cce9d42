"""Stacks for the tests of plans, as far as plans look at them."""

from typing import Any

from constructs_lib.local.account import Location
from constructs_lib.ops.planning.parts import Parts

HERE = Location("123456789012", "us-east-1")
SUBMIT = "arn:aws:states:::batch:submitJob"
MACHINE = HERE.arn("states", "stateMachine:{}")


def arn(kind: str, name: str) -> str:
    return HERE.arn("batch", f"{kind}/{name}")


def stack(
    machines: dict[str, dict[str, Any]] | None = None,
    *,
    environments: dict[str, dict[str, Any]] | None = None,
    queues: dict[str, list[str]] | None = None,
    jobs: dict[str, dict[str, Any]] | None = None,
) -> Parts:
    """A stack with state machines by name, an environment ``Place``, a queue ``Queue`` and a job ``Job``."""
    environments = environments or {"Place": fargate(16)}
    queues = queues or {"Queue": list(environments)}
    parts = Parts("Stack", HERE)
    for name, resources in environments.items():
        described = {"state": "ENABLED", "status": "VALID", "computeResources": resources}
        parts.environments[arn("compute-environment", name)] = described
    for name, places in queues.items():
        order = [
            {"order": number, "computeEnvironment": arn("compute-environment", place)}
            for number, place in enumerate(places)
        ]
        parts.queues[arn("job-queue", name)] = {"state": "ENABLED", "priority": 1, "computeEnvironmentOrder": order}
    capability = "FARGATE" if all("FARGATE" in item["type"] for item in environments.values()) else "EC2"
    for name, properties in (jobs or {"Job": {}}).items():
        parts.definitions[arn("job-definition", f"{name}:1")] = {**job(capability), **properties}
    for name, states in (machines or {}).items():
        parts.machines[name] = {"StartAt": next(iter(states)), "States": states}
        parts.machine_names[MACHINE.format(name)] = name
    return parts


def fargate(most: int, *, spot: bool = False) -> dict[str, Any]:
    return {"type": "FARGATE_SPOT" if spot else "FARGATE", "maxvCpus": most}


def instances(most: int, *types: str, spot: bool = False, least: int = 0) -> dict[str, Any]:
    return {
        "type": "SPOT" if spot else "EC2",
        "minvCpus": least,
        "maxvCpus": most,
        "instanceTypes": list(types) or ["c6i"],
        "allocationStrategy": "SPOT_PRICE_CAPACITY_OPTIMIZED" if spot else "BEST_FIT_PROGRESSIVE",
    }


def job(capability: str = "FARGATE", vcpus: float = 1, memory: int = 2_048) -> dict[str, Any]:
    return {
        "status": "ACTIVE",
        "type": "container",
        "platformCapabilities": [capability],
        "containerProperties": {
            "image": "image",
            "executionRoleArn": "role",
            "resourceRequirements": [
                {"type": "VCPU", "value": f"{vcpus:g}"},
                {"type": "MEMORY", "value": str(memory)},
            ],
        },
    }


def submit(next_: str | None = None, *, job: str = "Job", queue: str = "Queue", wait: bool = True, **more: Any) -> Any:
    """A state that submits a job."""
    return {
        "Type": "Task",
        "Resource": f"{SUBMIT}{'.sync' if wait else ''}",
        "Arguments": {
            "JobName": "job",
            "JobQueue": arn("job-queue", queue),
            "JobDefinition": arn("job-definition", f"{job}:1"),
            **more,
        },
        **({"Next": next_} if next_ else {"End": True}),
    }


def array(next_: str | None = None, **options: Any) -> Any:
    """A state that submits an array job whose size is known at run time."""
    return submit(next_, ArrayProperties={"Size": "{% $count($states.input.items) %}"}, **options)
