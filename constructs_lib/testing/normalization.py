"""What a reviewer wants to see of a template: sorted, and without what says nothing about the stack."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from constructs_lib.graph.definitions import readable_definition
from constructs_lib.testing.assets import asset_hashes, masked_assets, replaced
from constructs_lib.testing.derived_hashes import derived_logical_ids, masked_derived
from constructs_lib.testing.folding import folded_definition

Template = dict[str, Any]

_BOILERPLATE: Final = {
    "Parameters": {"BootstrapVersion"},
    "Rules": {"CheckBootstrapVersion"},
    "Resources": {"CDKMetadata"},
    "Conditions": {"CDKMetadataAvailable"},
}
STATE_MACHINE: Final = "AWS::StepFunctions::StateMachine"
_METADATA: Final = ("aws:cdk:path", "aws:asset:")


def normalize(template: Mapping[str, Any], *, full: bool = True) -> Template:
    """Make a template reviewable, without hiding a change that reaches the account.

    - What the CDK adds to every stack is left out: the check of the bootstrap version, the resource `CDKMetadata`, and
      the metadata `aws:cdk:path` and `aws:asset:…` of resources.
    - Hashes of assets become `<asset hash>`: they change with every edit of a file. A template of `synthesize`,
      `synthesize_app` or `read_templates` knows the assets of its assembly, wherever a text names them; of any other
      template, what stands where the CDK puts an asset is taken for one. The hashes that the CDK makes of assets are
      masked, too: behind the logical ids of function versions and API deployments, in the commands of CDK Pipelines.
      Nothing else is: other logical ids, image digests and versions are changes to see.
    - The definition of a state machine is shown as JSON instead of a string that contains JSON, with references as
      `${LogicalId}` and `${LogicalId.Attribute}`. A definition that is no JSON then stays as it is.
    - In it, unless all of it is asked for, a fan-out of this library is one entry with its kind, the library's version,
      its options and a fingerprint of its states; one whose states were edited is shown state by state.
    - Keys are sorted; lists keep their order, which has a meaning.

    Args:
        template: a CloudFormation template. It is not changed.
        full: show the states of fan-outs, or each as one entry, as snapshots do. Default: the states.

    Returns:
        A new template of plain dictionaries and lists.
    """
    sections = {name: _section(name, content, full=full) for name, content in template.items()}
    kept = {name: content for name, content in sections.items() if content or not template[name]}
    normalized: Template = _sorted(_without_hashes(kept, asset_hashes(template)))
    return normalized


def _without_hashes(template: Template, assets: AbstractSet[str]) -> Template:
    masked = replaced(template, lambda text: masked_assets(text, assets))
    logical_ids = derived_logical_ids(masked.get("Resources", {}))
    without: Template = replaced(masked, lambda text: masked_derived(text, logical_ids))
    return without


def _section(name: str, content: Any, *, full: bool) -> Any:
    if not isinstance(content, Mapping):
        return content
    kept = {key: value for key, value in content.items() if key not in _BOILERPLATE.get(name, ())}
    if name == "Resources":
        return {logical_id: _resource(resource, full=full) for logical_id, resource in kept.items()}
    return kept


def _resource(resource: Mapping[str, Any], *, full: bool) -> dict[str, Any]:
    changed = dict(resource)
    metadata = {key: value for key, value in changed.pop("Metadata", {}).items() if not key.startswith(_METADATA)}
    if metadata:
        changed["Metadata"] = metadata
    properties = changed.get("Properties", {})
    if changed.get("Type") == STATE_MACHINE and "DefinitionString" in properties:
        show = readable_definition if full else folded_definition
        changed["Properties"] = {**properties, "DefinitionString": show(properties["DefinitionString"])}
    return changed


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value
