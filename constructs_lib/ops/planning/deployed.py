"""The parts of a deployed stack, as the APIs of an account describe them now."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from constructs_lib.local.account import Location
from constructs_lib.ops.account import Account
from constructs_lib.ops.names import stack_of
from constructs_lib.ops.planning.parts import Description, Parts, TaskSize

_MACHINE: Final = "AWS::StepFunctions::StateMachine"
_OF_BATCH: Final = "AWS::Batch::"
_ARN: Final = re.compile(r"arn:[\w-]+:(?:batch|ecs):[\w-]+:\d{12}:[\w-]+/[\w/-]+(?::\d+)?")
_AT_ONCE: Final = 100
_UNITS_PER_VCPU: Final = 1_024


def parts_of_deployed(account: Account, name: str) -> Parts:
    """The parts of a deployed stack, and of what its state machines use elsewhere.

    Args:
        account: where it is.
        name: of the stack.

    Raises:
        NotFoundError: there is no such stack.
    """
    stack = stack_of(account, name)
    parts = Parts(stack.name, Location(stack.location.account, account.region))
    used: dict[str, None] = {}
    states = account.client("stepfunctions")
    for item in stack.named():
        if item.physical_id.startswith("arn:"):
            parts.names[item.physical_id] = item.shown
        if item.physical_id.startswith("arn:") and ":batch:" in item.physical_id:
            used[item.physical_id] = None
    for machine in stack.named(_MACHINE):
        text = states.describe_state_machine(stateMachineArn=machine.physical_id)["definition"]
        parts.machines[machine.shown] = json.loads(text)
        parts.machine_names[machine.physical_id] = machine.shown
        if machine.key in stack.helpers:
            parts.helpers.add(machine.shown)
        used |= dict.fromkeys(_ARN.findall(text))
    _read(account, parts, list(used))
    return parts


def _read(account: Account, parts: Parts, used: list[str]) -> None:
    batch = account.client("batch")
    queues = [arn for arn in used if ":job-queue/" in arn]
    for found in _described(batch.describe_job_queues, "jobQueues", queues):
        parts.queues[found["jobQueueArn"]] = found
    definitions = [arn for arn in used if ":job-definition/" in arn]
    for found in _described(batch.describe_job_definitions, "jobDefinitions", definitions):
        parts.definitions[found["jobDefinitionArn"]] = found
    environments = dict.fromkeys(
        entry["computeEnvironment"]
        for queue in parts.queues.values()
        for entry in queue.get("computeEnvironmentOrder", [])
    )
    for found in _described(batch.describe_compute_environments, "computeEnvironments", list(environments)):
        parts.environments[found["computeEnvironmentArn"]] = found
    policies = [str(arn) for queue in parts.queues.values() if (arn := queue.get("schedulingPolicyArn"))]
    for found in _described(batch.describe_scheduling_policies, "schedulingPolicies", policies, asked="arns"):
        parts.policies[found["arn"]] = found
    for arn in _consumables(parts):
        found = batch.describe_consumable_resource(consumableResource=arn)
        parts.consumables[found["consumableResourceArn"]] = found
    for arn in (arn for arn in used if ":task-definition/" in arn):
        found = account.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
        architecture = (found.get("runtimePlatform") or {}).get("cpuArchitecture", "X86_64")
        size = TaskSize(float(found["cpu"]) / _UNITS_PER_VCPU, float(found["memory"]), architecture)
        parts.tasks[found["taskDefinitionArn"]] = size


def _described(
    operation: Callable[..., Any], member: str, arns: list[str], *, asked: str | None = None
) -> Iterator[Description]:
    """What an operation that takes up to 100 ARNs says of them."""
    for begin in range(0, len(arns), _AT_ONCE):
        yield from operation(**{asked or member: arns[begin : begin + _AT_ONCE]})[member]


def _consumables(parts: Parts) -> list[str]:
    listed = (
        item["consumableResource"]
        for definition in parts.definitions.values()
        for item in (definition.get("consumableResourceProperties") or {}).get("consumableResourceList", [])
    )
    return list(dict.fromkeys(listed))
