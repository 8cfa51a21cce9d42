"""Gap: moto does not know ``Fn::GetStackOutput``, by which aws-cdk-lib writes weak references between stacks.

The value is that of the other stack when this one is deployed; unlike an export it may change or go.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import cloudformation_backends

_FUNCTION = "Fn::GetStackOutput"

_clean = parsing.clean_json


def install() -> None:
    """Read outputs of other stacks."""
    parsing.clean_json = _clean_with_outputs


def _clean_with_outputs(resource_json: Any, resources_map: Any) -> Any:
    if not (isinstance(resource_json, dict) and _FUNCTION in resource_json):
        return _clean(resource_json, resources_map)
    wanted = _clean_with_outputs(resource_json[_FUNCTION], resources_map)
    name, output = wanted["StackName"], wanted["OutputName"]
    region = wanted.get("Region", resources_map["AWS::Region"])
    stacks = cloudformation_backends[resources_map["AWS::AccountId"]][region].stacks.values()
    for stack in stacks:
        if name in (stack.name, stack.stack_id) and stack.status != "DELETE_COMPLETE":
            for found in stack.output_map.values():
                if found and found.key == output:
                    return found.value
            raise ValidationError(message=f"Output '{output}' not found in stack '{name}'")
    raise ValidationError(message=f"Stack '{name}' does not exist")
