"""A stack of an app, and those nested in it, as far as they are known before anything is deployed.

References between a stack and its nested ones lead through parameters and outputs, as CloudFormation has it.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

from constructs_lib.local.account import Location
from constructs_lib.local.apps.assembly import AssemblyStack
from constructs_lib.local.apps.construct_paths import noted, paths_in, paths_noted
from constructs_lib.local.apps.resource_names import Resource
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.parameters import declared, unknown_parameters
from constructs_lib.templates.pseudo import Pseudo
from constructs_lib.templates.reading import read
from constructs_lib.templates.texts import is_scalar, text_of

_NESTED: Final = "AWS::CloudFormation::Stack"
_ASSET: Final = "aws:asset:path"
_OUTPUTS: Final = "Outputs."

ARNS: Final[Mapping[str, tuple[str, str, str]]] = {
    "AWS::Batch::ComputeEnvironment": ("batch", "compute-environment/{}", "ComputeEnvironmentName"),
    "AWS::Batch::JobQueue": ("batch", "job-queue/{}", "JobQueueName"),
    "AWS::Batch::JobDefinition": ("batch", "job-definition/{}:1", "JobDefinitionName"),
    "AWS::Batch::SchedulingPolicy": ("batch", "scheduling-policy/{}", "Name"),
    "AWS::Batch::ConsumableResource": ("batch", "consumable-resource/{}", "ConsumableResourceName"),
    "AWS::StepFunctions::StateMachine": ("states", "stateMachine:{}", "StateMachineName"),
    "AWS::ECS::TaskDefinition": ("ecs", "task-definition/{}:1", "Family"),
}
"""Service, rest of the ARN, and the property with the name, of what has its ARN as Ref or attribute."""


class Known(NamedTuple):
    """A resource that plans look at.

    Args:
        type: of CloudFormation.
        arn: that it will have, as far as plans look at ARNs.
        shown: what people call it.
        properties: evaluated.
    """

    type: str
    arn: str
    shown: str
    properties: dict[str, Any]


@dataclass(frozen=True)
class App:
    """What a stack of an app and those nested in it have in common.

    Args:
        stack: of the app.
        location: where it will be.
        exports: what stacks export by now, to which `Evaluated.export` adds.
    """

    stack: AssemblyStack
    location: Location
    exports: dict[str, Any]


class Evaluated:
    """A template in a deployment that has not been.

    Args:
        app: what is around it.
        name: of the stack.
        path: the file of the template.
        template: as it was read.
        given: values of its parameters. Default: their defaults.
        prefix: of the keys of its resources: the logical ids of the nested stacks around them, each with a slash.
    """

    def __init__(
        self,
        app: App,
        name: str,
        path: Path,
        template: Mapping[str, Any],
        *,
        given: Mapping[str, Any] | None = None,
        prefix: str = "",
    ) -> None:
        self._app = app
        self._name = name
        self._path = path
        self._prefix = prefix
        self._resources: Mapping[str, Any] = template["Resources"]
        self._inner: dict[str, Evaluated | None] = {}
        parameters = {**unknown_parameters(template), **_given(template, given or {})}
        location = app.location
        self._evaluator = Evaluator(
            template,
            parameters={key: _text(value, key) for key, value in parameters.items()},
            pseudo=Pseudo(location.account, location.region, name, location.arn("cloudformation", name)),
            resources=self,
            outside=self,
        )

    def resources(self) -> Iterator[Known]:
        """The resources that plans look at, those of nested stacks included.

        Raises:
            TemplateError: a template cannot be evaluated; the message begins with its file.
        """
        paths = {**paths_in({"Resources": self._resources}), **paths_noted(noted(self._app.stack), self._path.name)}
        nested: list[Evaluated] = []
        try:
            for logical_id in self._evaluator.active():
                kind = self._evaluator.resource_type(logical_id)
                if kind in ARNS:
                    arn = self.ref(logical_id)
                    shown = Resource(f"{self._prefix}{logical_id}", arn, paths.get(logical_id, "")).shown
                    yield Known(kind, arn, shown, self._evaluator.properties(logical_id))
                elif inner := self._nested(logical_id):
                    nested.append(inner)
        except TemplateError as error:
            raise TemplateError(f"{self._path}: {error}") from None
        for inner in nested:
            yield from inner.resources()

    def export(self) -> None:
        """Add what the stack exports, and those nested in it, to the exports.

        Raises:
            TemplateError: a template cannot be evaluated; the message begins with its file.
        """
        for output in self._outputs.values():
            if isinstance(output.export_name, str):
                self._app.exports[output.export_name] = output.value
        for logical_id in self._evaluator.active():
            if inner := self._nested(logical_id):
                inner.export()

    def ref(self, logical_id: str) -> str:
        """The ARN, or the name, of a resource."""
        resource = self._resources.get(logical_id, {})
        if resource.get("Type") not in ARNS:
            return f"{self._name}-{logical_id}"
        service, rest, name_property = ARNS[resource["Type"]]
        name = (resource.get("Properties") or {}).get(name_property)
        return self._app.location.arn(
            service, rest.format(name if isinstance(name, str) else f"{self._name}-{logical_id}")
        )

    def attribute(self, logical_id: str, name: str) -> Any:
        """An attribute of a resource; of a nested stack, an output."""
        if name.startswith(_OUTPUTS) and (inner := self._nested(logical_id)):
            output = inner._outputs.get(name.removeprefix(_OUTPUTS))  # noqa: SLF001 - of the same class
            if output is not None:
                return output.value
        is_arn = self._resources.get(logical_id, {}).get("Type") in ARNS and name.endswith("Arn")
        return self.ref(logical_id) if is_arn else f"{self._name}-{logical_id}-{name}"

    def exported(self, name: str) -> Any:
        """What another stack of the app exports."""
        return self._app.exports.get(name, name)

    def stack_output(self, stack: str, output: str, region: object, role: str | None) -> str:
        """A text."""
        del region, role
        return f"{stack}-{output}"

    def zones(self, region: str) -> list[str]:
        """Three zones."""
        return [f"{region}{letter}" for letter in "abc"]

    def dynamic(self, service: str, reference: str) -> str:
        """A text."""
        return f"{service}-{reference}"

    @cached_property
    def _outputs(self) -> Mapping[str, Any]:
        try:
            return self._evaluator.outputs()
        except TemplateError as error:
            raise TemplateError(f"{self._path}: {error}") from None

    def _nested(self, logical_id: str) -> "Evaluated | None":
        """The stack that a resource is; None for any other resource, and where its template is not of the app."""
        entry = self._resources.get(logical_id, {})
        if entry.get("Type") == _NESTED and logical_id not in self._inner:
            path = self._template_of(entry)
            self._inner[logical_id] = None if path is None else self._made(logical_id, path)
        return self._inner.get(logical_id)

    def _made(self, logical_id: str, path: Path) -> "Evaluated":
        given = self._evaluator.properties(logical_id).get("Parameters")
        return Evaluated(
            self._app,
            f"{self._name}-{logical_id}",
            path,
            read(path.read_text(encoding="utf-8")),
            given=given if isinstance(given, dict) else None,
            prefix=f"{self._prefix}{logical_id}/",
        )

    def _template_of(self, entry: Mapping[str, Any]) -> Path | None:
        """The file with the template of a nested stack, by what the CDK notes of it, or by its key in S3."""
        asset = (entry.get("Metadata") or {}).get(_ASSET)
        if isinstance(asset, str):
            found = self._path.parent / asset
        else:
            url = json.dumps((entry.get("Properties") or {}).get("TemplateURL"))
            named = (item.path for item in self._app.stack.files if f"/{item.key}" in url)
            found = next(named, self._path.parent / "")
        return found if found.is_file() else None


def _given(template: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a stack gives to one nested in it; CloudFormation makes a text of a list, with commas."""
    known = declared(template)
    texts = {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in given.items()}
    return {
        name: known[name].value(text_of(text))
        for name, text in texts.items()
        if name in known and is_scalar(text) and not known[name].stored_type
    }


def _text(value: Any, name: str) -> Any:
    """The value of a parameter; what nobody knows before it is deployed is called by its name."""
    return value if isinstance(value, str | list) else name
