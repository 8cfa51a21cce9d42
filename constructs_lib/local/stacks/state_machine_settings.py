"""Gap: moto makes state machines of templates without type, logs and traces, and only of definitions that are texts.

It loses the settings when they change.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

import json
from typing import Any

from moto.stepfunctions import models
from moto.stepfunctions.utils import cfn_to_api_tags

_SETTINGS = {"LoggingConfiguration": "logging_configuration", "TracingConfiguration": "tracing_configuration"}

_update = models.StateMachine.update_from_cloudformation_json


def install() -> None:
    """Let state machines log and trace as their templates say."""
    models.StateMachine.create_from_cloudformation_json = classmethod(_create)
    models.StateMachine.update_from_cloudformation_json = classmethod(_update_with_settings)


def _create(
    _: type[Any], /, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **__: Any
) -> Any:
    properties = cloudformation_json["Properties"]
    _write_definition(properties)
    return models.stepfunctions_backends[account_id][region_name].create_state_machine(
        properties.get("StateMachineName", resource_name),
        properties.get("DefinitionString", ""),
        properties.get("RoleArn", ""),
        sm_type=properties.get("StateMachineType"),
        tags=cfn_to_api_tags(properties.get("Tags", [])),
        loggingConfiguration=_in_camel_case(properties.get("LoggingConfiguration")),
        tracingConfiguration=_in_camel_case(properties.get("TracingConfiguration")),
    )


def _update_with_settings(
    _: type[Any], /, original_resource: Any, new_resource_name: str, cloudformation_json: Any, **place: str
) -> Any:
    _write_definition(cloudformation_json.get("Properties", {}))
    machine = _update(original_resource, new_resource_name, cloudformation_json, **place)
    properties = cloudformation_json.get("Properties", {})
    settings = {name: _in_camel_case(properties[key]) for key, name in _SETTINGS.items() if key in properties}
    if settings:
        models.stepfunctions_backends[place["account_id"]][place["region_name"]].update_state_machine(
            machine.arn, **settings
        )
    return machine


def _write_definition(properties: dict[str, Any]) -> None:
    """Write a definition that is an object as text, and put the template's values for its ``${name}`` in."""
    if "Definition" in properties:
        properties["DefinitionString"] = json.dumps(properties.pop("Definition"), ensure_ascii=False)
    for name, value in properties.get("DefinitionSubstitutions", {}).items():
        properties["DefinitionString"] = properties["DefinitionString"].replace(f"${{{name}}}", str(value))


def _in_camel_case(value: Any) -> Any:
    """As the API has it, which writes the names of members with a small letter in front."""
    if isinstance(value, list):
        return [_in_camel_case(item) for item in value]
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _in_camel_case(item) for name, item in value.items()}
    return value
