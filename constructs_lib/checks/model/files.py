"""The files that are checked: cloud assemblies and templates, with the stacks that are nested in them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from constructs_lib.checks.errors import CheckError
from constructs_lib.local.apps.assembly import AssemblyError, AssemblyStack, is_assembly, load
from constructs_lib.local.apps.construct_paths import Metadata, noted, paths_in, paths_noted
from constructs_lib.templates.errors import TemplateError, pointer
from constructs_lib.templates.places import Place
from constructs_lib.templates.reading import LARGEST_BYTES, Document, Template, read, read_document
from constructs_lib.templates.references import order

NESTED: Final = "AWS::CloudFormation::Stack"
APPLICATION: Final = "AWS::Serverless::Application"
"""A nested stack in the words of SAM."""
_LOCATIONS: Final[Mapping[str, str]] = {NESTED: "TemplateURL", APPLICATION: "Location"}
"""Which property says where the template of a nested stack is."""
_ASSET: Final = "aws:asset:path"
_ACKNOWLEDGED: Final = "aws:cdk:acknowledged-rules"
_REMOTE: Final = ("http://", "https://", "s3://")


@dataclass(frozen=True)
class TemplateFile:
    """A template, and what is known of the stack that it becomes.

    Args:
        path: the file.
        template: as it was read.
        stack: the name of the stack, if its tool says that.
        account: where it is deployed, if that is known.
        region: likewise.
        paths: the construct paths of its resources, by logical id.
        acknowledged: the ids of the findings that are accepted, by the construct path that they are accepted at.
        architectures: for which images of the app are built, by the tag of the image.
        nested: the templates of the stacks in it, by logical id.
        display_name: how its tool shows the stack, such as its path in the app.
        files: what the app puts into S3 for the stack, by its key there.
        noted: what the CDK notes of the constructs of the stack and those nested in it.
        root: the directory that its path is told from, such as one that is gone when it is read. Default: as it is.
    """

    path: Path
    template: Template
    stack: str | None = None
    account: str | None = None
    region: str | None = None
    paths: Mapping[str, str] = field(default_factory=dict)
    acknowledged: Mapping[str, frozenset[str]] = field(default_factory=dict)
    architectures: Mapping[str, str] = field(default_factory=dict)
    nested: "Mapping[str, TemplateFile]" = field(default_factory=dict)
    display_name: str = ""
    files: Mapping[str, Path] = field(default_factory=dict)
    noted: Metadata = field(default_factory=dict)
    root: Path | None = None

    @property
    def shown(self) -> str:
        """Its path in messages, with slashes."""
        path = self.path.relative_to(self.root) if self.root and self.path.is_relative_to(self.root) else self.path
        return path.as_posix()

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """Its resources by logical id."""
        found: dict[str, dict[str, Any]] = self.template["Resources"]
        return found

    @property
    def with_nested(self) -> "Iterator[TemplateFile]":
        """Itself, and the templates of all stacks in it."""
        yield self
        for nested in self.nested.values():
            yield from nested.with_nested

    def place(self, path: tuple[str | int, ...]) -> Place | None:
        """The line and the column of what stands at a path, or of the nearest that it is in."""
        return self._document.place(path)

    def uploaded(self, location: Any) -> Any:
        """What is written in a file that is to be in S3, as JSON or YAML; None if it is in none of the app.

        Args:
            location: an object with its ``Key``, or a path that a tool puts such an object in the place of.
        """
        key = location.get("Key") if isinstance(location, dict) else None
        path = self.files.get(key) if isinstance(key, str) else None
        if isinstance(location, str) and not location.lower().startswith(_REMOTE):
            path = self.path.parent / location
        try:
            return read(path.read_text(encoding="utf-8")) if path else None
        except (OSError, ValueError, TemplateError):
            return None

    def accepts(self, logical_id: str, rule: str) -> bool:
        """Whether a finding is acknowledged at a resource, or at a construct that it is in."""
        own = self.paths.get(logical_id, "")
        return any(
            rule in ids and (not scope or own == scope or own.startswith(f"{scope}/"))
            for scope, ids in self.acknowledged.items()
        )

    @cached_property
    def _document(self) -> Document:
        return read_document(self.path.read_text(encoding="utf-8"))


def read_files(paths: list[Path], *, root: Path | None = None) -> list[TemplateFile]:
    """Read cloud assemblies and templates.

    Args:
        paths: directories such as ``cdk.out``, and files in YAML or JSON.
        root: the directory that paths are told from. Default: they are told as they are.

    Raises:
        CheckError: one is neither, or a stack that is nested in one is missing.
    """
    return [_told_from(root, file) if root else file for path in paths for file in _read(path)]


def read_template(path: Path) -> TemplateFile:
    """Read the template in a file.

    Raises:
        CheckError: it is none, or a stack that is nested in it is missing.
    """
    template = _template(path)
    return _with_nested(TemplateFile(path, template, paths=paths_in(template), files=_assets_of(path)), ())


def read_templates(paths: list[Path]) -> list[TemplateFile]:
    """Read templates of one app, in which those of nested stacks may be, too: each is read once.

    Raises:
        CheckError: one is none, or a stack that is nested in one is missing.
    """
    files = [
        _with_nested(TemplateFile(path, template, paths=paths_in(template), files=_assets_of(path)), ())
        for path in paths
        if (template := _template(path, may_be_empty=True)).get("Resources")
    ]
    inner = {each.path.resolve() for file in files for each in file.with_nested if each is not file}
    return [file for file in files if file.path.resolve() not in inner]


def _read(path: Path) -> Iterator[TemplateFile]:
    try:
        is_directory, exists = path.is_dir(), path.exists()
    except (OSError, ValueError) as error:
        raise CheckError(f"{str(path)!r}: {error}") from None
    if not exists:
        hint = " Run `cdk synth` to make it, or name a template." if path.name == "cdk.out" else ""
        raise CheckError(f"{path}: there is no such file or directory.{hint}")
    if not is_directory:
        yield read_template(path)
        return
    if not is_assembly(path):
        raise CheckError(f"{path}: it is no cloud assembly, it has no manifest.json. {_instead_of(path)}")
    try:
        stacks = load(path).stacks
    except AssemblyError as error:
        raise CheckError(str(error)) from None
    yield from map(_of_assembly, stacks)


def _instead_of(directory: Path) -> str:
    """What to name in place of a directory, which may be that of an app."""
    if is_assembly(directory / "cdk.out"):
        return f"Name {directory / 'cdk.out'}, or templates."
    if (directory / "cdk.json").is_file():
        return "To check the app in it, go there and name nothing."
    return "Name a cdk.out, or templates."


def _of_assembly(stack: AssemblyStack) -> TemplateFile:
    template = {"Resources": {}, **_template(stack.template_path, may_be_empty=True)}
    try:
        metadata = noted(stack)
        paths = {**paths_in(template), **paths_noted(metadata, stack.template_path.name)}
        acknowledged = dict(_acknowledged(metadata))
        images = stack.images
    except AssemblyError as error:
        raise CheckError(str(error)) from None
    except (ValueError, AttributeError, KeyError, TypeError, OSError) as error:
        raise CheckError(f"{stack.directory}: the metadata of {stack.id} cannot be read: {error}") from None
    file = TemplateFile(
        stack.template_path,
        template,
        stack.name,
        stack.account,
        stack.region,
        paths,
        acknowledged,
        {image.tag: image.platform.rpartition("/")[2] for image in images if image.platform},
        display_name=stack.display_name,
        files=_assets_of(stack.template_path),
        noted=metadata,
    )
    return _with_nested(file, ())


def _acknowledged(metadata: Mapping[str, list[dict[str, Any]]]) -> Iterator[tuple[str, frozenset[str]]]:
    for path, entries in metadata.items():
        found = {
            str(name)
            for entry in entries
            if isinstance(entry, dict) and entry.get("type") == _ACKNOWLEDGED
            for name in (entry["data"] if isinstance(entry.get("data"), dict) else ())
        }
        if found:
            yield path.lstrip("/"), frozenset(found)


def _told_from(root: Path, file: TemplateFile) -> TemplateFile:
    nested = {name: _told_from(root, inner) for name, inner in file.nested.items()}
    return replace(file, nested=nested, root=root)


def _with_nested(file: TemplateFile, around: tuple[Path, ...]) -> TemplateFile:
    here = file.path.resolve()
    if here in around:
        raise CheckError(f"{file.path}: the stack is nested in itself")
    nested: dict[str, TemplateFile] = {}
    for logical_id, entry in file.resources.items():
        if (path := _nested_path(file.path, entry, file.files)) is None:
            continue
        if not path.is_file():
            raise CheckError(
                f"{file.path}: Resources: {logical_id}: the template of the nested stack is missing: {path}"
            )
        template = _template(path)
        inner = TemplateFile(
            path,
            template,
            account=file.account,
            region=file.region,
            paths={**paths_noted(file.noted, path.name), **paths_in(template)},
            acknowledged=file.acknowledged,
            architectures=file.architectures,
            files=file.files,
            noted=file.noted,
        )
        nested[logical_id] = _with_nested(inner, (*around, here))
    return replace(file, nested=nested) if nested else file


def _nested_path(outer: Path, entry: Any, assets: Mapping[str, Path]) -> Path | None:
    if not isinstance(entry, dict) or entry["Type"] not in _LOCATIONS:  # a loop is no resource: Fn::ForEach
        return None
    metadata, properties = entry.get("Metadata"), entry.get("Properties")
    asset = metadata.get(_ASSET) if isinstance(metadata, dict) else None
    url = properties.get(_LOCATIONS[entry["Type"]]) if isinstance(properties, dict) else None
    if isinstance(asset, str):
        return outer.parent / asset
    if isinstance(url, str) and not url.lower().startswith(_REMOTE):
        return outer.parent / url.removeprefix("file://")
    written = json.dumps(url)  # it is in S3, where nobody looks, but for what the app itself puts there
    return next((path for key, path in assets.items() if f"/{key}" in written), None)


def _assets_of(path: Path) -> dict[str, Path]:
    """The files that the CDK puts into S3 for a stack, by their keys there."""
    manifest = path.with_name(path.name.removesuffix(".template.json") + ".assets.json")
    try:
        files = json.loads(manifest.read_text(encoding="utf-8"))["files"] if manifest != path else {}
        return {
            destination["objectKey"]: path.parent / file["source"]["path"]
            for file in files.values()
            for destination in file["destinations"].values()
        }
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return {}  # there is none, or it is of another tool


def _template(path: Path, *, may_be_empty: bool = False) -> Template:
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise CheckError(f"{path}: it has {size:,} bytes, and CloudFormation takes templates of {LARGEST_BYTES:,}")
        template = read(path.read_text(encoding="utf-8"))
        _check(template, path, may_be_empty=may_be_empty)
        if not template.get("Transform"):  # what refers to what is known after the transforms
            order(template)
    except UnicodeDecodeError:
        raise CheckError(f"{path}: it is no text in UTF-8") from None
    except OSError as error:
        raise CheckError(f"{path}: {error.strerror or error}") from None
    except TemplateError as error:
        raise CheckError(" ".join(f"{path}{_at(error)}: {error.message}".split())) from None
    return template


def _at(error: TemplateError) -> str:
    return f" {pointer(error.path)}" if error.path else ""


def _check(template: Template, path: Path, *, may_be_empty: bool) -> None:
    resources = template.get("Resources")
    if may_be_empty and resources is None:
        return
    if not isinstance(resources, dict) or not (resources or may_be_empty):
        raise CheckError(f"{path}: it is no CloudFormation template, it has no Resources")
    for name, entry in resources.items():
        is_macro = name.startswith("Fn::")
        if not is_macro and not (isinstance(entry, dict) and isinstance(entry.get("Type"), str)):
            raise CheckError(f"{path}: Resources: {name}: a resource has a Type")
