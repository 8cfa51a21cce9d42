"""What a cloud assembly knows of its templates and the templates do not say: construct paths, and what is an asset.

Sources: https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema and
https://docs.aws.amazon.com/cdk/v2/guide/assets.html
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from constructs_lib.local.apps.assembly import Assembly, AssemblyStack, load
from constructs_lib.local.apps.construct_paths import noted, paths_noted

_ASSET: Final = "aws:cdk:asset"  # of synthesizers that write no asset manifest


class SynthesizedTemplate(dict[str, Any]):
    """A CloudFormation template, equal to the plain dictionary, that remembers the assembly which it is from.

    Args:
        template: its sections.
        paths: construct paths by logical id.
        assets: the hashes of all assets of the assembly, and the ids that name an asset and its destination.
    """

    def __init__(self, template: Mapping[str, Any], *, paths: Mapping[str, str], assets: frozenset[str]) -> None:
        super().__init__(template)
        self.paths = paths
        self.assets = assets


class Assemblies:
    """The templates of a cloud assembly, stages included.

    Args:
        directory: such as ``cdk.out``.

    Raises:
        AssemblyError: there is no cloud assembly in this directory.
    """

    def __init__(self, directory: Path) -> None:
        self._assembly: Assembly = load(directory)
        self._metadata = {stack.id: noted(stack) for stack in self._assembly.stacks}
        self._assets = frozenset(self._asset_ids())

    def templates(self) -> dict[str, SynthesizedTemplate]:
        """All templates: of stacks by their path, of nested stacks by the name of their file."""
        found: dict[str, SynthesizedTemplate] = {}
        for stack in self._assembly.stacks:
            found[stack.display_name] = self._read(stack.template_path, stack)
            nested = (asset.path for asset in stack.files if asset.path.name.endswith(NESTED))
            found |= {path.name.removesuffix(NESTED): self._read(path, stack) for path in nested}
        return found

    def template(self, path: Path) -> SynthesizedTemplate:
        """The template in one file of the assembly."""
        stacks = {stack.template_path.resolve(): stack for stack in self._assembly.stacks}
        nested = {
            asset.path.resolve(): stack
            for stack in self._assembly.stacks
            for asset in stack.files
            if asset.path.name.endswith(NESTED)
        }
        return self._read(path, (stacks | nested)[path.resolve()])

    def _read(self, path: Path, stack: AssemblyStack) -> SynthesizedTemplate:
        template = json.loads(path.read_text(encoding="utf-8"))
        paths = paths_noted(self._metadata[stack.id], path.name)
        return SynthesizedTemplate(template, paths=paths, assets=self._assets)

    def _asset_ids(self) -> Iterator[str]:
        manifests = {path for stack in self._assembly.stacks for path in stack.asset_manifests}
        for path in manifests:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            for name, asset in {**manifest.get("files", {}), **manifest.get("dockerImages", {})}.items():
                yield name
                # What CDK Pipelines publishes: the id of a destination ends with a hash of the destination.
                yield from (f"{name}:{destination}" for destination in asset["destinations"])
        for metadata in self._metadata.values():
            for entry in (entry for entries in metadata.values() for entry in entries if entry["type"] == _ASSET):
                yield entry["data"]["sourceHash"]


NESTED: Final = ".nested.template.json"
