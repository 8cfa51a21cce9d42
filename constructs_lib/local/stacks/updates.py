"""Gap: moto updates a stack in the wrong order, and forgets who refers to a resource that was replaced.

CloudFormation makes what is new, updates what has changed, hands the new ids of what was replaced to all that refer to
it, and only then removes what is gone. moto removes first, so that nothing in use can be replaced; compares templates
alone, so that a queue stays on an environment that another has replaced; and loses a resource of a type that it cannot
update.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

import re
from typing import Any

from moto.cloudformation import parsing

Template = dict[str, Any]

_update = parsing.ResourceMap.update
_REFERENCE_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9]+)[.}]")


def install() -> None:
    """Let stacks be updated in CloudFormation's order."""
    parsing.ResourceMap.update = _update_in_order


def _update_in_order(self: Any, template: Template, parameters: dict[str, Any] | None = None) -> None:
    kept = {**self._resource_json_map, **template["Resources"]}
    before = _ids(self)
    known = dict(self._parsed_resources)
    _update(self, {**template, "Resources": kept}, parameters)
    _restore(self, known)
    while replaced := {name for name, made in _ids(self).items() if before.get(name, made) != made}:
        before = _ids(self)
        for name in _referring(template["Resources"], replaced):
            _update_again(self, name)
    _update(self, template, parameters)


def _ids(resources: Any) -> dict[str, Any]:
    """What others may get of each resource that an update changes: its id, and the revision of a state machine."""
    parsed = resources._parsed_resources.items()  # noqa: SLF001 moto's own state
    return {
        name: (getattr(item, "physical_resource_id", None), getattr(item, "revision_id", None)) for name, item in parsed
    }


def _restore(resources: Any, known: dict[str, Any]) -> None:
    """Put back what moto lost because it cannot update its type."""
    parsed = resources._parsed_resources  # noqa: SLF001 moto's own state
    for name, item in parsed.items():
        if item is None:
            parsed[name] = known.get(name)


def _update_again(resources: Any, name: str) -> None:
    updated = parsing.parse_and_update_resource(
        name,
        resources._resource_json_map[name],  # noqa: SLF001 moto's own state
        resources,
        account_id=resources._account_id,  # noqa: SLF001
        region_name=resources._region_name,  # noqa: SLF001
    )
    if updated is not None:
        resources._parsed_resources[name] = updated  # noqa: SLF001


def _referring(resources: dict[str, Template], names: set[str]) -> list[str]:
    return [name for name, resource in resources.items() if names & _references(resource.get("Properties", {}))]


def _references(value: Any) -> set[str]:
    """The logical ids that a value refers to by Ref, Fn::GetAtt or Fn::Sub."""
    if isinstance(value, list):
        return {name for item in value for name in _references(item)}
    if not isinstance(value, dict):
        return set()
    found = {name for item in value.values() for name in _references(item)}
    if isinstance(reference := value.get("Ref"), str):
        found.add(reference)
    if attribute := value.get("Fn::GetAtt"):
        found.add(attribute[0] if isinstance(attribute, list) else str(attribute).partition(".")[0])
    if text := value.get("Fn::Sub"):
        found.update(_REFERENCE_IN_TEXT.findall(text[0] if isinstance(text, list) else text))
    return found
