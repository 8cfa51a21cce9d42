"""A side of a review: the stacks of a cloud assembly or of one template file, the nested ones included."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from constructs_lib.local.apps.assembly import AssemblyError, AssemblyStack, is_assembly, load
from constructs_lib.local.apps.construct_paths import noted, paths_in, paths_noted
from constructs_lib.review.errors import ReviewError
from constructs_lib.templates.errors import TemplateError, refuses_depth
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.parameters import unknown_parameters
from constructs_lib.templates.pseudo import Pseudo
from constructs_lib.templates.reading import read
from constructs_lib.templates.sections import check

_NESTED: Final = "AWS::CloudFormation::Stack"
_FILE: Final = "aws:asset:path"
"""Where the CDK says, in the metadata of a nested stack, which file its template is."""
_NOTES: Final = ("aws:asset:", "aws:cdk:path")
_OF_THE_CDK: Final = "AWS::CDK::Metadata"


@dataclass(frozen=True)
class Stack:
    """A stack as it is to be.

    Args:
        name: its path in the app, or the name of its file.
        template: its template.
        paths: construct paths by logical id, as far as they are known.
        account: that it is for. Default: any.
        region: that it is for. Default: any.
        deployed_as: the name that CloudFormation knows it by. Default: any.
    """

    name: str
    template: Mapping[str, Any]
    paths: Mapping[str, str] = field(default_factory=dict)
    account: str | None = None
    region: str | None = None
    deployed_as: str | None = None

    def evaluator(self) -> Evaluator:
        """The stack before anything of it is known that only the deployment knows."""
        known: dict[str, Any] = {"account": self.account, "region": self.region, "stack_name": self.deployed_as}
        return Evaluator(
            self.template,
            parameters=unknown_parameters(self.template),
            pseudo=Pseudo(**{name: value for name, value in known.items() if value}),
        )


def stacks_of(path: Path) -> dict[str, Stack]:
    """The stacks of a cloud assembly, or the one of a template file, by name.

    Args:
        path: a directory such as ``cdk.out``, or a template in YAML or JSON.

    Raises:
        ReviewError: it is neither, or a template in it is broken.
    """
    if not path.exists():
        raise ReviewError(f"{path}: there is no such file or directory")
    if not path.is_dir():
        template = _template(path)
        return {path.stem: Stack(path.stem, _without_notes(template), paths_in(template))}
    if not is_assembly(path):
        raise ReviewError(f"{path} is no cloud assembly: it has no manifest.json. Run `cdk synth` to make one.")
    try:
        return {stack.name: stack for item in load(path).stacks for stack in _of_assembly(item)}
    except AssemblyError as error:
        raise ReviewError(" ".join(str(error).split())) from None


def _of_assembly(stack: AssemblyStack) -> Iterator[Stack]:
    metadata = noted(stack)

    def those_at(path: Path, name: str, deployed_as: str | None, above: tuple[Path, ...]) -> Iterator[Stack]:
        if path in above:
            raise ReviewError(f"{path}: the template is nested in itself")
        template = _template(path)
        paths = {**paths_noted(metadata, path.name), **paths_in(template)}
        yield Stack(name, _without_notes(template), paths, stack.account, stack.region, deployed_as)
        for logical_id, entry in template["Resources"].items():
            file = (entry.get("Metadata") or {}).get(_FILE)
            if entry["Type"] == _NESTED and isinstance(file, str):
                yield from those_at(path.parent / file, f"{name}/{logical_id}", None, (*above, path))

    yield from those_at(stack.template_path, stack.display_name, stack.name, ())


def _template(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReviewError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ReviewError(f"{path}: it is no text in UTF-8") from None
    try:
        template = read(text)
        _check(template)
    except TemplateError as error:
        raise ReviewError(f"{path}: {' '.join(error.message.split())}") from None
    resources = {
        name: {**entry, "Properties": entry.get("Properties") or {}}
        for name, entry in template["Resources"].items()
        if entry["Type"] != _OF_THE_CDK
    }
    return {**template, "Resources": resources}


def _without_notes(template: dict[str, Any]) -> dict[str, Any]:
    """A template without the metadata that the CDK writes on one day, and not on another one."""
    resources = {}
    for name, entry in template["Resources"].items():
        metadata = entry.get("Metadata")
        own = {key: value for key, value in (metadata or {}).items() if not key.startswith(_NOTES)}
        rest = {key: value for key, value in entry.items() if key != "Metadata"}
        resources[name] = {**rest, "Metadata": own} if own else rest
    return {**template, "Resources": resources}


@refuses_depth
def _check(template: dict[str, Any]) -> None:
    check(template)
