"""The resources of all stacks that are checked, their properties, and which of them a value refers to.

References lead from stack to stack: by exports, and into and out of nested stacks. Parameters are unknown, whatever
their default is: only who deploys says what they are.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from constructs_lib.checks.errors import CheckError
from constructs_lib.checks.model.files import NESTED, TemplateFile
from constructs_lib.checks.model.serverless import expanded
from constructs_lib.templates.errors import TemplateError, pointer
from constructs_lib.templates.evaluation import Evaluator, Output
from constructs_lib.templates.parameters import declared
from constructs_lib.templates.pseudo import Pseudo
from constructs_lib.templates.references import order
from constructs_lib.templates.surroundings import NothingDeployed
from constructs_lib.templates.unknown import Source, Unknown

ENVIRONMENT: Final = "AWS::Batch::ComputeEnvironment"
QUEUE: Final = "AWS::Batch::JobQueue"
DEFINITION: Final = "AWS::Batch::JobDefinition"
SHARES: Final = "AWS::Batch::SchedulingPolicy"
CONSUMABLE: Final = "AWS::Batch::ConsumableResource"
MACHINE: Final = "AWS::StepFunctions::StateMachine"

_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    ENVIRONMENT: ("ComputeEnvironmentName", "compute-environment/"),
    QUEUE: ("JobQueueName", "job-queue/"),
    DEFINITION: ("JobDefinitionName", "job-definition/"),
    SHARES: ("Name", "scheduling-policy/"),
    CONSUMABLE: ("ConsumableResourceName", "consumable-resource/"),
    MACHINE: ("StateMachineName", "stateMachine:"),
}
"""By type: the property with the physical name, and what stands before it in the ARN."""
_REVISION: Final = re.compile(r":\d+$")
_OUTPUT: Final = "Outputs."


class Resource:
    """A resource of a stack that is made, or may be.

    Args:
        stack: the stack that it is in.
        logical_id: its logical id.
        type: such as ``AWS::Batch::JobQueue``.
    """

    def __init__(self, stack: "Stack", logical_id: str, type: str) -> None:  # noqa: A002 - CloudFormation's word
        self.stack = stack
        self.logical_id = logical_id
        self.type = type

    @cached_property
    def properties(self) -> dict[str, Any]:
        """Its properties; what is not known in them is ``Unknown``."""
        return self.stack.evaluated(self.logical_id)

    @property
    def attributes(self) -> Mapping[str, Any]:
        """What the template says of it beside its properties, such as ``DeletionPolicy``."""
        found: Mapping[str, Any] = self.stack.template["Resources"][self.logical_id]
        return found

    @property
    def shown(self) -> str:
        """Its construct path, or else its logical id."""
        return self.stack.file.paths.get(self.logical_id, self.logical_id).removesuffix("/Resource")

    @property
    def key(self) -> str:
        """Its logical id, unique among all stacks."""
        return f"{self.stack.number}:{self.logical_id}"


class Stack:
    """A template, evaluated as far as that is possible before it is deployed.

    Args:
        model: the stacks around it.
        file: the template.
        number: tells it from the others.
        parameters: what the stack that it is nested in gives it.
    """

    def __init__(self, model: "Model", file: TemplateFile, number: int, parameters: Mapping[str, Any]) -> None:
        self.file = file
        self.number = number
        self._model = model
        self.nested: dict[str, Stack] = {}
        unknown = {name: Source(name).value for name in declared(file.template)}
        nobody_knows = Pseudo()
        pseudo = Pseudo(
            file.account or nobody_knows.account,
            file.region or nobody_knows.region,
            file.stack or nobody_knows.stack_name,
        )
        around = _Around(self)
        evaluator = Evaluator(
            file.template,
            parameters={**unknown, **{name: value for name, value in parameters.items() if name in unknown}},
            pseudo=pseudo,
            resources=around,
            outside=around,
        )
        self.evaluator = evaluator
        if file.template.get("Transform"):
            template = self._told(lambda: expanded(evaluator, file.path.parent))
            self._told(lambda: order(template))
            self.evaluator = Evaluator(
                template, parameters=evaluator.parameters, pseudo=pseudo, resources=around, outside=around
            )
        self._open = False

    @property
    def template(self) -> Mapping[str, Any]:
        """The template after its transforms."""
        return self.evaluator.template

    @property
    def model(self) -> "Model":
        """The stacks around it."""
        return self._model

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """What is made, or may be, by logical id."""
        active = self._told(self.evaluator.active)
        entries = self.template["Resources"]
        return {name: Resource(self, name, entries[name].get("Type", "")) for name in active if name in entries}

    def evaluated(self, logical_id: str) -> dict[str, Any]:
        """The properties of a resource."""
        found: dict[str, Any] = self._told(lambda: self.evaluator.properties(logical_id))
        return found

    @cached_property
    def outputs(self) -> dict[str, Output]:
        """What the stack hands on, by logical id."""
        if self._open:
            raise CheckError(f"{self.file.shown}: the outputs of stacks refer to each other in a circle")
        self._open = True
        found: dict[str, Output] = self._told(self.evaluator.outputs)
        self._open = False
        return found

    def _told(self, evaluate: Any) -> Any:
        try:
            return evaluate()
        except TemplateError as error:
            at = f" {pointer(error.path)}" if error.path else ""
            raise CheckError(" ".join(f"{self.file.shown}{at}: {error.message}".split())) from None


class Model:
    """All stacks that are checked together.

    Args:
        files: their templates.

    Raises:
        CheckError: one cannot be evaluated.
    """

    def __init__(self, files: list[TemplateFile]) -> None:
        self.stacks: list[Stack] = []
        for file in files:
            self._add(file, {})
        found = [resource for stack in self.stacks for resource in stack.resources.values()]
        self._by_key = {resource.key: resource for resource in found}
        self._by_type: dict[str, list[Resource]] = {}
        for resource in found:
            self._by_type.setdefault(resource.type, []).append(resource)

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of some types, in the order of the templates."""
        for name in types:
            yield from self._by_type.get(name, ())

    @cached_property
    def types(self) -> frozenset[str]:
        """The types that there are."""
        return frozenset(self._by_type)

    def find(self, value: Any, kind: str) -> Resource | None:
        """The resource of a type that a value is the name or the ARN of; None if none of them is known to be it."""
        if isinstance(value, str):
            if kind not in _NAMES:
                return None
            found = self._names.get(kind, {}).get(_name_in(value, kind), [])
            return found[0] if len(found) == 1 else None
        if not isinstance(value, Unknown) or _is_choice(value):
            return None
        keys = [key for key in value.resources if key in self._by_key and self._by_key[key].type == kind]
        return self._by_key[keys[0]] if len(keys) == 1 else None

    def resource(self, value: Any) -> Resource | None:
        """The resource of any type that a value is a reference to, and to nothing else."""
        if not isinstance(value, Unknown) or _is_choice(value) or len(value.resources) != 1:
            return None
        return self._by_key.get(next(iter(value.resources)))

    def exported(self, name: str) -> Any:
        """What a stack exports by a name; unknown if none of these does."""
        return self._exports.get(name, Source(f"Fn::ImportValue({name})").value)

    @cached_property
    def _exports(self) -> dict[str, Any]:
        return {
            output.export_name: output.value
            for stack in self.stacks
            for output in stack.outputs.values()
            if isinstance(output.export_name, str)
        }

    @cached_property
    def _names(self) -> dict[str, dict[str, list[Resource]]]:
        found: dict[str, dict[str, list[Resource]]] = {}
        for kind, (name_property, _) in _NAMES.items():
            for resource in self.of_type(kind):
                if isinstance(name := resource.properties.get(name_property), str):
                    found.setdefault(kind, {}).setdefault(name, []).append(resource)
        return found

    def _add(self, file: TemplateFile, parameters: Mapping[str, Any]) -> Stack:
        stack = Stack(self, file, len(self.stacks), parameters)
        self.stacks.append(stack)
        for logical_id, inner in file.nested.items():
            if logical_id in stack.resources:
                given = stack.resources[logical_id].properties.get("Parameters")
                stack.nested[logical_id] = self._add(inner, given if isinstance(given, dict) else {})
        return stack


def _is_choice(value: Unknown) -> bool:
    """Whether a value may be one of several."""
    return any(
        "Fn::If" in part.text or "Fn::FindInMap" in part.text for part in value.parts if isinstance(part, Source)
    )


def _name_in(value: str, kind: str) -> str:
    before = _NAMES[kind][1]
    name = value.rpartition(before)[2] if value.startswith("arn:") else value
    return _REVISION.sub("", name) if kind == DEFINITION else name


class _Around(NothingDeployed):
    """What a template refers to: resources that are unknown, but known to be themselves in each stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def ref(self, logical_id: str) -> Any:
        """Unknown, but of this resource."""
        return Source(logical_id, frozenset({f"{self._stack.number}:{logical_id}"})).value

    def attribute(self, logical_id: str, name: str) -> Any:
        """Unknown, but of this resource; what a nested stack hands on is what that has."""
        nested = self._stack.nested.get(logical_id)
        if nested and name.startswith(_OUTPUT):
            output = nested.outputs.get(name.removeprefix(_OUTPUT))
            return output.value if output else Source(f"{logical_id}.{name}").value
        return Source(f"{logical_id}.{name}", frozenset({f"{self._stack.number}:{logical_id}"})).value

    def exported(self, name: str) -> Any:
        """What another of the stacks exports."""
        return self._stack.model.exported(name)


__all__ = [
    "CONSUMABLE",
    "DEFINITION",
    "ENVIRONMENT",
    "MACHINE",
    "NESTED",
    "QUEUE",
    "SHARES",
    "Model",
    "Resource",
    "Stack",
]
