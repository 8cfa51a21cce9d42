"""A cloud assembly (cdk.out) on disk: its stacks, templates and assets. Reads JSON, knows nothing of constructs.

Source of the format: https://github.com/aws/aws-cdk/tree/main/packages/%40aws-cdk/cloud-assembly-schema
"""

import json
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any


class AssemblyError(Exception):
    """A directory that is no cloud assembly, or a stack that it does not have."""


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
class Stack:
    """One stack of an assembly.

    Args:
        id: the artifact's id, unique in the assembly.
        name: the name under which CloudFormation knows it.
        display_name: the construct path, as the CDK command line shows it.
        template_path: its template.
        directory: where paths in its asset manifest start.
        asset_manifests: files that list its assets.
        dependencies: ids of the artifacts that are deployed before it.
    """

    id: str
    name: str
    display_name: str
    template_path: Path
    directory: Path
    asset_manifests: tuple[Path, ...]
    dependencies: tuple[str, ...]

    @cached_property
    def template(self) -> dict[str, Any]:
        """The CloudFormation template."""
        template: dict[str, Any] = json.loads(self.template_path.read_text())
        return template

    @cached_property
    def files(self) -> list[FileAsset]:
        """File assets, the template itself left out."""
        found = (_file_asset(self.directory, entry) for entry in self._assets("files"))
        return [asset for asset in found if asset.path != self.template_path]

    @cached_property
    def images(self) -> list[ImageAsset]:
        """Container images built from a directory."""
        return [_image_asset(self.directory, entry) for entry in self._assets("dockerImages")]

    def _assets(self, kind: str) -> list[dict[str, Any]]:
        manifests = (json.loads(path.read_text()) for path in self.asset_manifests)
        return [entry for manifest in manifests for entry in manifest.get(kind, {}).values()]


@dataclass(frozen=True, slots=True)
class Assembly:
    """A cloud assembly and its stacks, nested stages included."""

    directory: Path
    stacks: tuple[Stack, ...]

    def stack(self, wanted: str) -> Stack:
        """Find a stack by its name, its path or its id."""
        for stack in self.stacks:
            if wanted in (stack.name, stack.display_name, stack.id):
                return stack
        names = [stack.display_name for stack in self.stacks]
        near = get_close_matches(wanted, names, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise AssemblyError(f"no stack {wanted!r} in this app, it has: {', '.join(names) or 'none'}.{hint}")

    def deployment_order(self, stack: Stack) -> list[Stack]:
        """The stacks that a stack depends on, first things first, and the stack itself."""
        known = {item.id: item for item in self.stacks}
        order: dict[str, Stack] = {}

        def visit(item: Stack) -> None:
            for dependency in item.dependencies:
                if dependency in known and dependency not in order:
                    visit(known[dependency])
            order[item.id] = item

        visit(stack)
        return list(order.values())


def load(directory: Path) -> Assembly:
    """Read the assembly in a directory such as ``cdk.out``."""
    if not (directory / "manifest.json").is_file():
        raise AssemblyError(f"{directory} is no cloud assembly: it has no manifest.json. Run `cdk synth` to make one.")
    return Assembly(directory, tuple(_stacks(directory)))


def _stacks(directory: Path) -> list[Stack]:
    artifacts = json.loads((directory / "manifest.json").read_text()).get("artifacts", {})
    stacks = []
    for artifact_id, artifact in artifacts.items():
        properties = artifact.get("properties", {})
        if artifact["type"] == "aws:cloudformation:stack":
            dependencies = artifact.get("dependencies", [])
            stacks.append(
                Stack(
                    id=artifact_id,
                    name=properties.get("stackName", artifact_id),
                    display_name=artifact.get("displayName", artifact_id),
                    template_path=directory / properties["templateFile"],
                    directory=directory,
                    asset_manifests=tuple(_asset_manifests(directory, artifacts, dependencies)),
                    dependencies=tuple(dependencies),
                )
            )
        elif artifact["type"] == "cdk:cloud-assembly":
            stacks += _stacks(directory / properties["directoryName"])
    return stacks


def _asset_manifests(directory: Path, artifacts: dict[str, Any], dependencies: list[str]) -> list[Path]:
    manifests = (artifacts[name] for name in dependencies if name in artifacts)
    return [directory / item["properties"]["file"] for item in manifests if item["type"] == "cdk:asset-manifest"]


def _destination(entry: dict[str, Any]) -> dict[str, str]:
    destination: dict[str, str] = next(iter(entry["destinations"].values()))
    return destination


def _file_asset(directory: Path, entry: dict[str, Any]) -> FileAsset:
    source, destination = entry["source"], _destination(entry)
    return FileAsset(
        path=directory / source["path"],
        zipped=source.get("packaging") == "zip",
        bucket=destination["bucketName"],
        key=destination["objectKey"],
    )


def _image_asset(directory: Path, entry: dict[str, Any]) -> ImageAsset:
    source, destination = entry["source"], _destination(entry)
    return ImageAsset(
        directory=directory / source["directory"],
        file=source.get("dockerFile", "Dockerfile"),
        target=source.get("dockerBuildTarget"),
        tag=destination["imageTag"],
        build_args=source.get("dockerBuildArgs", {}),
        platform=source.get("platform"),
        network=source.get("networkMode"),
    )
