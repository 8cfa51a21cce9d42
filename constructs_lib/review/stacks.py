"""A side of a review: the stacks of a cloud assembly or of one template file, the nested ones included."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from constructs_lib.checks.errors import CheckError
from constructs_lib.checks.model.files import TemplateFile, read_files
from constructs_lib.checks.model.serverless import expanded
from constructs_lib.review.errors import ReviewError
from constructs_lib.templates.errors import TemplateError, pointer, refuses_depth
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.parameters import unknown_parameters
from constructs_lib.templates.pseudo import Pseudo
from constructs_lib.templates.sections import check

_NOTES: Final = ("aws:asset:", "aws:cdk:path")
_OF_THE_CDK: Final = "AWS::CDK::Metadata"
_MACHINE: Final = "AWS::StepFunctions::StateMachine"
_ELSEWHERE, _HERE = "DefinitionS3Location", "DefinitionString"


@dataclass(frozen=True)
class Stack:
    """A stack as it is to be.

    Args:
        name: its path in the app, or the name of its file.
        template: its template after its transforms, with the definitions that are in files of the app, and without what
            the CDK notes in it.
        paths: construct paths by logical id, as far as they are known.
        account: that it is for. Default: any.
        region: that it is for. Default: any.
        deployed_as: the name that CloudFormation knows it by. Default: any.
        file: where it was read from. Default: nowhere.
        is_nested: whether another stack has it in it.
    """

    name: str
    template: Mapping[str, Any]
    paths: Mapping[str, str] = field(default_factory=dict)
    account: str | None = None
    region: str | None = None
    deployed_as: str | None = None
    file: TemplateFile | None = None
    is_nested: bool = False

    def evaluator(self) -> Evaluator:
        """The stack before anything of it is known that only the deployment knows."""
        return _evaluator(self.template, self.account, self.region, self.deployed_as)


def stacks_of(path: Path) -> dict[str, Stack]:
    """The stacks of a cloud assembly, or the one of a template file, by name.

    Args:
        path: a directory such as ``cdk.out``, or a template in YAML or JSON.

    Raises:
        ReviewError: it is neither, or a template in it is broken.
    """
    try:
        files = read_files([path])
        return {stack.name: stack for file in files for stack in _stacks(file, file.display_name or path.stem)}
    except CheckError as error:
        raise ReviewError(" ".join(str(error).split())) from None


def _stacks(file: TemplateFile, name: str, *, is_nested: bool = False) -> Iterator[Stack]:
    try:
        template = _transformed(file)
    except TemplateError as error:
        at = f" {pointer(error.path)}" if error.path else ""
        raise ReviewError(" ".join(f"{file.path}{at}: {error.message}".split())) from None
    yield Stack(
        name,
        _with_definitions(_without_notes(template), file),
        file.paths,
        file.account,
        file.region,
        file.stack,
        file,
        is_nested,
    )
    for logical_id, nested in file.nested.items():
        yield from _stacks(nested, f"{name}/{logical_id}", is_nested=True)


@refuses_depth
def _transformed(file: TemplateFile) -> Mapping[str, Any]:
    if file.template["Resources"]:
        check(file.template)
    if not file.template.get("Transform"):
        return file.template
    return expanded(_evaluator(file.template, file.account, file.region, file.stack), file.path.parent)


def _with_definitions(template: dict[str, Any], file: TemplateFile) -> dict[str, Any]:
    """A template with the definitions of state machines that are in files: a reviewer wants to know what they say."""
    resources = dict(template["Resources"])
    for name, entry in resources.items():
        location = entry["Properties"].get(_ELSEWHERE) if entry["Type"] == _MACHINE else None
        if location and (found := file.uploaded(location)):
            resources[name] = {**entry, "Properties": {**entry["Properties"], _HERE: json.dumps(found)}}
    return {**template, "Resources": resources}


def _evaluator(
    template: Mapping[str, Any], account: str | None, region: str | None, deployed_as: str | None
) -> Evaluator:
    known: dict[str, Any] = {"account": account, "region": region, "stack_name": deployed_as}
    return Evaluator(
        template,
        parameters=unknown_parameters(template),
        pseudo=Pseudo(**{name: value for name, value in known.items() if value}),
    )


def _without_notes(template: Mapping[str, Any]) -> dict[str, Any]:
    """A template without what the CDK writes in it on one day, and not on another one."""
    resources = {}
    for name, entry in template["Resources"].items():
        if entry["Type"] == _OF_THE_CDK:
            continue
        metadata = entry.get("Metadata")
        own = {key: value for key, value in (metadata or {}).items() if not key.startswith(_NOTES)}
        rest = {key: value for key, value in entry.items() if key != "Metadata"}
        resources[name] = {"Properties": {}, **rest, **({"Metadata": own} if own else {})}
    return {**template, "Resources": resources}
