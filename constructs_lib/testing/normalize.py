"""What a reviewer wants to see of a template: sorted, and without what says nothing about the stack."""

from collections.abc import Mapping
from typing import Any, Final

from constructs_lib.graph.definitions import readable_definition
from constructs_lib.testing.assets import asset_hashes, mask

Template = dict[str, Any]

_BOILERPLATE: Final = {
    "Parameters": {"BootstrapVersion"},
    "Rules": {"CheckBootstrapVersion"},
    "Resources": {"CDKMetadata"},
    "Conditions": {"CDKMetadataAvailable"},
}
_METADATA: Final = ("aws:cdk:path", "aws:asset:")


def normalize(template: Mapping[str, Any]) -> Template:
    """Make a template reviewable, without hiding a change that reaches the account.

    - What the CDK adds to every stack is left out: the check of the bootstrap version, the resource `CDKMetadata`, and
      the metadata `aws:cdk:path` and `aws:asset:…` of resources.
    - Hashes of assets, in S3 keys and image tags, become `<asset hash>`: they change with every edit of a file. Nothing
      else is masked: logical ids, image digests and versions are changes to see.
    - The definition of a state machine is shown as JSON instead of a string that contains JSON, with references as
      `${LogicalId}` and `${LogicalId.Attribute}`. A definition that is no JSON then stays as it is.
    - Keys are sorted; lists keep their order, which has a meaning.

    Args:
        template: a CloudFormation template. It is not changed.

    Returns:
        A new template of plain dictionaries and lists.
    """
    hashes = asset_hashes(template)
    sections = {name: _section(name, content) for name, content in template.items()}
    kept = {name: content for name, content in sections.items() if content or not template[name]}
    normalized: Template = _sorted(mask(kept, hashes))
    return normalized


def _section(name: str, content: Any) -> Any:
    if not isinstance(content, Mapping):
        return content
    kept = {key: value for key, value in content.items() if key not in _BOILERPLATE.get(name, ())}
    if name == "Resources":
        return {logical_id: _resource(resource) for logical_id, resource in kept.items()}
    return kept


def _resource(resource: Mapping[str, Any]) -> dict[str, Any]:
    changed = dict(resource)
    metadata = {key: value for key, value in changed.pop("Metadata", {}).items() if not key.startswith(_METADATA)}
    if metadata:
        changed["Metadata"] = metadata
    properties = changed.get("Properties", {})
    if changed.get("Type") == "AWS::StepFunctions::StateMachine" and "DefinitionString" in properties:
        definition = readable_definition(properties["DefinitionString"])
        changed["Properties"] = {**properties, "DefinitionString": definition}
    return changed


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value
