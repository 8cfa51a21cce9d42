"""The parts of a stack that was synthesized: from its template, those nested in it, and those that it takes from."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from constructs_lib.local.account import Location, LocationError
from constructs_lib.local.apps.assembly import Assembly, AssemblyError, AssemblyStack, load
from constructs_lib.local.apps.helping_machines import is_helper
from constructs_lib.local.batch.casing import to_request
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.planning.evaluated import App, Evaluated
from constructs_lib.ops.planning.parts import Description, Parts, TaskSize
from constructs_lib.templates.errors import TemplateError

_ENVIRONMENT: Final = "AWS::Batch::ComputeEnvironment"
_QUEUE: Final = "AWS::Batch::JobQueue"
_DEFINITION: Final = "AWS::Batch::JobDefinition"
_POLICY: Final = "AWS::Batch::SchedulingPolicy"
_CONSUMABLE: Final = "AWS::Batch::ConsumableResource"
_MACHINE: Final = "AWS::StepFunctions::StateMachine"
_TASK: Final = "AWS::ECS::TaskDefinition"

_REQUESTS: Final = {
    _ENVIRONMENT: "CreateComputeEnvironment",
    _QUEUE: "CreateJobQueue",
    _DEFINITION: "RegisterJobDefinition",
    _POLICY: "CreateSchedulingPolicy",
    _CONSUMABLE: "CreateConsumableResource",
}
_UNITS_PER_VCPU: Final = 1024
_MIB_PER_GB: Final = 1024


def parts_of_app(assembly: str | Path, stack: str, *, account: str | None = None, region: str | None = None) -> Parts:
    """Read what `plan` needs of a stack that was synthesized.

    Args:
        assembly: the directory of the cloud assembly, such as ``cdk.out``.
        stack: the stack, by its name, its path or its id.
        account: of stacks that name none. Default: any.
        region: of stacks that name none, which decides about prices. Default: us-east-1.

    Raises:
        OperationError: there is no such assembly or stack, or a template cannot be evaluated.
    """
    given = {name: value for name, value in (("account", account), ("region", region)) if value}
    try:
        found = load(Path(assembly))
        return parts_of(found, found.stack(stack), Location.checked(**given))
    except (AssemblyError, LocationError) as error:
        raise OperationError(str(error)) from None


def parts_of(assembly: Assembly, stack: AssemblyStack, default: Location) -> Parts:
    """The parts of a stack of an app, with what it takes from the stacks that are deployed before it.

    Args:
        assembly: the app.
        stack: of it.
        default: account and region of stacks that name none.

    Raises:
        OperationError: a template cannot be evaluated.
    """
    exports: dict[str, Any] = {}
    parts = Parts(stack.name, stack.location(default))
    for item in assembly.deployment_order(stack):
        try:
            _add(parts, item, item.location(default), exports, own=item is stack)
        except TemplateError as error:
            raise OperationError(str(error)) from None
    return parts


def _add(parts: Parts, stack: AssemblyStack, location: Location, exports: dict[str, Any], *, own: bool) -> None:
    evaluated = Evaluated(App(stack, location, exports), stack.name, stack.template_path, stack.template)
    for item in evaluated.resources():
        if item.type == _MACHINE and not own:
            continue
        parts.names[item.arn] = item.shown
        _READ[item.type](parts, item.arn, item.properties)
    evaluated.export()


def _environment(parts: Parts, arn: str, properties: Description) -> None:
    request = to_request(_REQUESTS[_ENVIRONMENT], properties)
    resources = request.get("computeResources")
    if resources and not str(resources.get("type", "")).upper().startswith("FARGATE"):
        # The defaults of AWS Batch, https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html
        defaults = {"minvCpus": 0, "instanceTypes": ["optimal"], "allocationStrategy": "BEST_FIT"}
        request["computeResources"] = {**defaults, **resources}
    parts.environments[arn] = {"state": "ENABLED", "status": "VALID", **request}


def _queue(parts: Parts, arn: str, properties: Description) -> None:
    defaults = {"state": "ENABLED", "priority": 1, "computeEnvironmentOrder": []}
    parts.queues[arn] = {**defaults, **to_request(_REQUESTS[_QUEUE], properties)}


def _definition(parts: Parts, arn: str, properties: Description) -> None:
    parts.definitions[arn] = {"status": "ACTIVE", **to_request(_REQUESTS[_DEFINITION], properties)}


def _policy(parts: Parts, arn: str, properties: Description) -> None:
    parts.policies[arn] = to_request(_REQUESTS[_POLICY], properties)


def _consumable(parts: Parts, arn: str, properties: Description) -> None:
    defaults = {"totalQuantity": 0, "resourceType": "REPLENISHABLE"}
    parts.consumables[arn] = {**defaults, **to_request(_REQUESTS[_CONSUMABLE], properties)}


def _machine(parts: Parts, arn: str, properties: Description) -> None:
    definition = properties.get("DefinitionString") or properties.get("Definition")
    text = definition if isinstance(definition, str) else json.dumps(definition)
    substitutions = properties.get("DefinitionSubstitutions") or {}
    text = re.sub(r"\$\{(\w+)\}", lambda match: str(substitutions.get(match[1], match[0])), text)
    try:
        machine = json.loads(text)
    except ValueError:
        return
    if isinstance(machine, dict) and "States" in machine:
        parts.machines[parts.names[arn]] = machine
        parts.machine_names[arn] = parts.names[arn]
        if is_helper(properties.get("StateMachineType"), machine):
            parts.helpers.add(parts.names[arn])


def _task(parts: Parts, arn: str, properties: Description) -> None:
    architecture = (properties.get("RuntimePlatform") or {}).get("CpuArchitecture", "X86_64")
    vcpus = _number(properties.get("Cpu", 0), ("vcpu",), 1 / _UNITS_PER_VCPU)
    parts.tasks[arn] = TaskSize(vcpus, _number(properties.get("Memory", 0), ("gb",), 1, _MIB_PER_GB), architecture)


def _number(value: Any, units: Iterable[str], factor: float, in_units: float = 1.0) -> float:
    """A number of a task definition: of small units, or with a unit, such as ``.5 vCPU`` or ``1 GB``."""
    text = str(value).lower().replace(" ", "")
    for unit in units:
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * in_units
    return float(text or 0) * factor


_READ: Final[Mapping[str, Callable[[Parts, str, Description], None]]] = {
    _ENVIRONMENT: _environment,
    _QUEUE: _queue,
    _DEFINITION: _definition,
    _POLICY: _policy,
    _CONSUMABLE: _consumable,
    _MACHINE: _machine,
    _TASK: _task,
}
