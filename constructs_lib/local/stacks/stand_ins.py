"""Gap: a stack that refers to a resource that moto does not have fails; here it gets a name that stands for it.

``Ref`` gives the logical id of the resource, ``Fn::GetAtt`` the logical id and the attribute, or an ARN with it where a
policy may need one. So a job that mounts a file system of a service that moto does not have is deployed, and runs
without it.
"""

from typing import Any

from moto.cloudformation import parsing

from constructs_lib.local.stacks.custom_resources import is_custom

_clean = parsing.clean_json
_validate = parsing.ResourceMap.validate_outputs


def install() -> None:
    """Let references lead somewhere."""
    parsing.clean_json = _clean_with_stand_ins
    parsing.ResourceMap.validate_outputs = _validate_others


def _clean_with_stand_ins(resource_json: Any, resources_map: Any) -> Any:
    if isinstance(resource_json, dict) and len(resource_json) == 1:
        [(function, target)] = resource_json.items()
        if function == "Ref" and _left_out(target, resources_map):
            return target
        if function == "Fn::GetAtt":
            logical_id, attribute = target
            if kind := _left_out(logical_id, resources_map):
                return _attribute(kind, logical_id, attribute, resources_map)
    return _clean(resource_json, resources_map)


def _left_out(logical_id: str, resources_map: Any) -> str | None:
    """The type of a resource that moto does not have."""
    resources = getattr(resources_map, "_resource_json_map", {})  # conditions are evaluated with plain mappings
    resource = resources.get(logical_id)
    if not resource or is_custom(resource["Type"]):
        return None
    known = resource["Type"] in parsing.get_model_map() or resource["Type"] in parsing.NULL_MODELS
    return None if known else str(resource["Type"])


def _attribute(kind: str, logical_id: str, attribute: str, resources_map: Any) -> str:
    if not attribute.endswith("Arn"):
        return f"{logical_id}.{attribute}"
    _, service, resource = kind.lower().split("::", 2)
    place = f"{resources_map['AWS::Region']}:{resources_map['AWS::AccountId']}"
    return f"arn:{resources_map['AWS::Partition']}:{service}:{place}:{resource}/{logical_id}"


def _validate_others(self: Any) -> None:
    """Validate the outputs that are not attributes of what was left out, which moto would ask a model for."""
    template = self._template
    outputs = template.get("Outputs") or {}
    kept = {name: output for name, output in outputs.items() if not _is_attribute_of_left_out(output, self)}
    self._template = {**template, "Outputs": kept}
    try:
        _validate(self)
    finally:
        self._template = template


def _is_attribute_of_left_out(output: Any, resources_map: Any) -> bool:
    value = output.get("Value")
    return isinstance(value, dict) and "Fn::GetAtt" in value and bool(_left_out(value["Fn::GetAtt"][0], resources_map))
