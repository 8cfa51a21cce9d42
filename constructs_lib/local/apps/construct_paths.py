"""The construct that a resource is made by: as the assembly notes it, and as templates do that were made for that.

Sources: https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema and
https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from constructs_lib.local.apps.assembly import AssemblyStack

LOGICAL_ID: Final = "aws:cdk:logicalId"
TEMPLATE_FILE: Final = "aws:cdk:templateFile"
_PATH: Final = "aws:cdk:path"
_NESTED: Final = ".NestedStack/"
"""Behind the path of a nested stack, in that of its resource."""

Metadata = Mapping[str, list[dict[str, Any]]]


def noted(stack: AssemblyStack) -> Metadata:
    """What the CDK notes of each construct, by path; of nested stacks it is with the stack that they are in."""
    manifest = stack.directory / "manifest.json"
    if not manifest.is_file():  # a template by itself
        return {}
    artifact = json.loads(manifest.read_text(encoding="utf-8")).get("artifacts", {}).get(stack.id, {})
    found: dict[str, list[dict[str, Any]]] = dict(artifact.get("metadata", {}))
    if "additionalMetadataFile" in artifact:
        found |= json.loads((stack.directory / artifact["additionalMetadataFile"]).read_text(encoding="utf-8"))
    return found


def paths_noted(metadata: Metadata, template_file: str) -> dict[str, str]:
    """Construct paths by logical id: a stack and those nested in it may have the same ids.

    Args:
        metadata: of a stack.
        template_file: the name of the file of the template that is meant, of the stack or of one nested in it.
    """
    roots = {path: entry["data"] for path, entry in _entries(metadata, TEMPLATE_FILE)}

    def file_of(path: str) -> str | None:
        parents = [root for root in roots if path.startswith(f"{root}/")]
        return roots[max(parents, key=len)] if parents else None

    return {
        entry["data"]: path.lstrip("/")
        for path, entry in _entries(metadata, LOGICAL_ID)
        if file_of(path) in (template_file, None)
    }


def paths_nested(metadata: Metadata, keys: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """The same for resources of nested stacks.

    Args:
        metadata: of the stack that they are nested in.
        keys: the resources, each by the logical id of its nested stack, a slash and its own.
        known: construct paths by logical id, also of the nested stacks.
    """
    found = dict(known)
    for key in (key for key in keys if "/" in key):
        nested, _, logical_id = key.rpartition("/")
        around = found.get(nested, "").rpartition(_NESTED)[0]
        for path, entry in _entries(metadata, LOGICAL_ID):
            if around and entry["data"] == logical_id and path.lstrip("/").startswith(f"{around}/"):
                found[key] = path.lstrip("/")
    return found


def paths_in(template: Any) -> dict[str, str]:
    """Construct paths by logical id, as a template has them; empty where it has none."""
    resources = template.get("Resources", {}) if isinstance(template, Mapping) else {}
    entries = {name: entry for name, entry in resources.items() if isinstance(entry, Mapping)}  # others are loops
    found = {name: (entry.get("Metadata") or {}).get(_PATH) for name, entry in entries.items()}
    return {name: path for name, path in found.items() if isinstance(path, str)}


def _entries(metadata: Metadata, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((path, entry) for path, entries in metadata.items() for entry in entries if entry["type"] == kind)
