"""A cloud assembly (cdk.out) on disk: its stacks, templates and assets. Reads JSON, knows nothing of constructs.

Source of the format: https://github.com/aws/aws-cdk/tree/main/packages/%40aws-cdk/cloud-assembly-schema
"""

from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from constructs_lib.local import json_texts
from constructs_lib.local.account import Location, LocationError

_WORDS: dict[type[Any], str] = {str: "a string", dict: "an object", list: "an array"}
_REQUIRED: Any = object()
_UNKNOWN = ("unknown-account", "unknown-region")
_ANY = "aws://{}/{}".format(*_UNKNOWN)


class AssemblyError(Exception):
    """A directory that is no cloud assembly, a file in it that is broken, or a stack that it does not have."""


@dataclass(frozen=True, slots=True)
class FileAsset:
    """A file or directory that the stack wants in a bucket before it is deployed."""

    path: Path
    zipped: bool
    bucket: str
    key: str


@dataclass(frozen=True, slots=True)
class ImageAsset:
    """A container image that is built from a directory.

    Args:
        directory: the build context.
        file: its Dockerfile, relative to the directory.
        target: the stage that is built, default the last one.
        tag: its tag in the repository, for an asset a hash of its directory.
        build_args: values for the ARGs of the Dockerfile.
        platform: for which it is built, such as ``linux/arm64``. Default: this machine's.
        network: the network of the build. Default: the engine's.
    """

    directory: Path
    file: str
    target: str | None
    tag: str
    build_args: dict[str, str] = field(default_factory=dict)
    platform: str | None = None
    network: str | None = None


@dataclass(frozen=True)
class AssemblyStack:
    """One stack of an assembly.

    Args:
        id: the artifact's id, unique in the assembly.
        name: the name under which CloudFormation knows it.
        display_name: the construct path, as the CDK command line shows it.
        template_path: its template.
        directory: where paths in its asset manifest start.
        asset_manifests: files that list its assets.
        dependencies: ids of the artifacts that are deployed before it.
        account: the account that it is for. Default: any.
        region: the region that it is for. Default: any.
    """

    id: str
    name: str
    display_name: str
    template_path: Path
    directory: Path
    asset_manifests: tuple[Path, ...]
    dependencies: tuple[str, ...]
    account: str | None = None
    region: str | None = None

    def location(self, default: Location) -> Location:
        """Where it is deployed: the account and the region that it is for, or the default ones."""
        return Location(self.account or default.account, self.region or default.region)

    @cached_property
    def template(self) -> dict[str, Any]:
        """The CloudFormation template; an `AssemblyError` when it is none."""
        template, where = _document(self.template_path), str(self.template_path)
        for name, parameter in _member(template, "Parameters", dict, where, {}).items():
            _member(_is(parameter, dict, f"{where}: Parameters: {name}"), "Type", str, f"{where}: Parameters: {name}")
        for name, resource in _member(template, "Resources", dict, where).items():
            place = f"{where}: Resources: {name}"
            _member(_is(resource, dict, place), "Type", str, place)
            _member(resource, "Properties", dict, place, {})
        return template

    @cached_property
    def files(self) -> list[FileAsset]:
        """File assets, the template itself left out."""
        found = (_file_asset(self.directory, entry, where) for entry, where in self._assets("files"))
        return [asset for asset in found if asset.path != self.template_path]

    @cached_property
    def images(self) -> list[ImageAsset]:
        """Container images built from a directory."""
        return [_image_asset(self.directory, entry, where) for entry, where in self._assets("dockerImages")]

    def _assets(self, kind: str) -> list[tuple[dict[str, Any], str]]:
        """Their entries in the manifests, and where each stands."""
        return [
            (_is(entry, dict, f"{path}: {kind}: {name}"), f"{path}: {kind}: {name}")
            for path in self.asset_manifests
            for name, entry in _member(_document(path), kind, dict, str(path), {}).items()
        ]


@dataclass(frozen=True, slots=True)
class Assembly:
    """A cloud assembly and its stacks, nested stages included."""

    directory: Path
    stacks: tuple[AssemblyStack, ...]

    def stack(self, wanted: str | None) -> AssemblyStack:
        """Find a stack by its name, its path or its id; without any of them, the only one."""
        if wanted is None:
            return self._only_stack()
        for stack in self.stacks:
            if wanted in (stack.name, stack.display_name, stack.id):
                return stack
        names = [stack.display_name for stack in self.stacks]
        near = get_close_matches(wanted, names, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise AssemblyError(f"no stack {wanted!r} in this app, it has: {', '.join(names) or 'none'}.{hint}")

    def _only_stack(self) -> AssemblyStack:
        if len(self.stacks) != 1:
            names = ", ".join(stack.display_name for stack in self.stacks)
            raise AssemblyError(f"this app has several stacks, name one: {names}" if names else "this app has no stack")
        return self.stacks[0]

    def deployment_order(self, stack: AssemblyStack) -> list[AssemblyStack]:
        """The stacks that a stack depends on, first things first, and the stack itself."""
        known = {item.id: item for item in self.stacks}
        order: dict[str, AssemblyStack] = {}

        def visit(item: AssemblyStack, way: tuple[str, ...]) -> None:
            if item.id in way:
                raise AssemblyError(f"stacks depend on each other in a circle: {' -> '.join([*way, item.id])}")
            for dependency in item.dependencies:
                if dependency in known and dependency not in order:
                    visit(known[dependency], (*way, item.id))
            order[item.id] = item

        visit(stack, ())
        return list(order.values())


def load(directory: Path) -> Assembly:
    """Read the assembly in a directory such as ``cdk.out``.

    Raises:
        AssemblyError: it is none, or its manifest is broken.
    """
    return Assembly(directory, tuple(_stacks(directory, ())))


def is_assembly(directory: Path) -> bool:
    """Whether a directory has the manifest of an assembly."""
    try:
        return (directory / "manifest.json").is_file()
    except (OSError, ValueError):  # a name that none can have
        return False


def _stacks(directory: Path, around: tuple[Path, ...]) -> list[AssemblyStack]:
    if not is_assembly(directory):
        raise AssemblyError(f"{directory} is no cloud assembly: it has no manifest.json. Run `cdk synth` to make one.")
    if directory.resolve() in around:
        raise AssemblyError(f"{around[-1]}/manifest.json: the assembly has itself as a part")
    path = directory / "manifest.json"
    artifacts = _member(_document(path), "artifacts", dict, str(path), {})
    stacks = []
    for artifact_id, artifact in artifacts.items():
        where = f"{path}: {artifact_id}"
        kind = _member(_is(artifact, dict, where), "type", str, where)
        properties = _member(artifact, "properties", dict, where, {})
        if kind == "aws:cloudformation:stack":
            account, region = _environment(artifact, where)
            dependencies = [_is(name, str, where) for name in _member(artifact, "dependencies", list, where, [])]
            stacks.append(
                AssemblyStack(
                    id=artifact_id,
                    name=_member(properties, "stackName", str, where, artifact_id),
                    display_name=_member(artifact, "displayName", str, where, artifact_id),
                    template_path=directory / _member(properties, "templateFile", str, where),
                    directory=directory,
                    asset_manifests=tuple(_asset_manifests(path, artifacts, dependencies)),
                    dependencies=tuple(dependencies),
                    account=account,
                    region=region,
                )
            )
        elif kind == "cdk:cloud-assembly":
            nested = directory / _member(properties, "directoryName", str, where)
            stacks += _stacks(nested, (*around, directory.resolve()))
    return stacks


def _environment(artifact: dict[str, Any], where: str) -> tuple[str | None, str | None]:
    """The account and the region in ``aws://ACCOUNT/REGION``; None for each that the app leaves open."""
    text = _member(artifact, "environment", str, where, _ANY)
    account, slash, region = text.removeprefix("aws://").partition("/")
    if not (text.startswith("aws://") and slash):
        raise AssemblyError(f"{where}: environment: expected aws://ACCOUNT/REGION, got {text!r}")
    found = {"account": account, "region": region}
    named = {name: value for name, value in found.items() if value not in _UNKNOWN}
    try:
        Location.checked(**named)
    except LocationError as error:
        raise AssemblyError(f"{where}: environment: {error}") from None
    return named.get("account"), named.get("region")


def _asset_manifests(manifest: Path, artifacts: dict[str, Any], dependencies: list[str]) -> list[Path]:
    found = []
    for name in dependencies:
        where, artifact = f"{manifest}: {name}", _is(artifacts.get(name, {}), dict, f"{manifest}: {name}")
        if artifact.get("type") == "cdk:asset-manifest":
            file = _member(_member(artifact, "properties", dict, where), "file", str, where)
            found.append(manifest.parent / file)
    return found


def _file_asset(directory: Path, entry: dict[str, Any], where: str) -> FileAsset:
    source, destination = _ends(entry, where)
    return FileAsset(
        path=directory / _member(source, "path", str, where),
        zipped=source.get("packaging") == "zip",
        bucket=_member(destination, "bucketName", str, where),
        key=_member(destination, "objectKey", str, where),
    )


def _image_asset(directory: Path, entry: dict[str, Any], where: str) -> ImageAsset:
    source, destination = _ends(entry, where)
    return ImageAsset(
        directory=directory / _member(source, "directory", str, where),
        file=_member(source, "dockerFile", str, where, "Dockerfile"),
        target=source.get("dockerBuildTarget"),
        tag=_member(destination, "imageTag", str, where),
        build_args=_member(source, "dockerBuildArgs", dict, where, {}),
        platform=source.get("platform"),
        network=source.get("networkMode"),
    )


def _ends(entry: dict[str, Any], where: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Where an asset is, and the first of the places that it goes to."""
    source = _member(entry, "source", dict, where)
    if "executable" in source:
        raise AssemblyError(f"{where}: an asset that a program makes cannot be taken: {source['executable']}")
    for destination in _member(entry, "destinations", dict, where).values():
        return source, _is(destination, dict, f"{where}: destinations")
    raise AssemblyError(f"{where}: it has no destinations")


def _document(path: Path) -> dict[str, Any]:
    try:
        value = json_texts.read(path)
    except json_texts.JsonTextError as error:
        raise AssemblyError(str(error)) from None
    document: dict[str, Any] = _is(value, dict, str(path))
    return document


def _member(of: dict[str, Any], name: str, kind: type[Any], where: str, default: Any = _REQUIRED) -> Any:
    value = of.get(name)
    if value is None and default is not _REQUIRED:
        return default
    if name not in of:
        raise AssemblyError(f"{where}: it has no {name}")
    return _is(value, kind, f"{where}: {name}")


def _is(value: Any, kind: type[Any], where: str) -> Any:
    if not isinstance(value, kind):
        raise AssemblyError(f"{where}: expected {_WORDS[kind]}, got {json_texts.kind(value)}")
    return value
