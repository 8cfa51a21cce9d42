"""Calls that tell of templates.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
"""

import json
from collections.abc import Mapping
from typing import Any

from constructs_lib.local.stacks.api.desk import Desk
from constructs_lib.local.stacks.api.sources import body_of, needed_capabilities
from constructs_lib.local.stacks.engine.errors import CallError
from constructs_lib.local.stacks.engine.stacks import DELETED
from constructs_lib.templates import sections, transforms
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.parameters import Parameter
from constructs_lib.templates.reading import read
from constructs_lib.templates.schemas import schema

Request = Mapping[str, Any]
Answer = dict[str, Any]
_REASON = "The following resource(s) require capabilities: [{}]"


def validate_template(desk: Desk, request: Request) -> Answer:
    """What a template asks for; CloudFormation looks no deeper than to see that it is one."""
    template = _read(body_of(request, desk.world))
    declared = _declared(template)
    return {
        "Parameters": [
            {
                "ParameterKey": item.name,
                "DefaultValue": item.default,
                "NoEcho": item.no_echo,
                "Description": item.description,
            }
            for item in declared
        ],
        "Description": template.get("Description"),
        **_capabilities(template),
    }


def get_template_summary(desk: Desk, request: Request) -> Answer:
    """What a template, or that of a stack, asks for."""
    if request.get("StackName"):
        template = desk.stacks.get(request["StackName"], "Stack with id {} does not exist").source.template
    else:
        template = _read(body_of(request, desk.world))
    return {
        "Parameters": [
            {
                "ParameterKey": item.name,
                "DefaultValue": item.default,
                "ParameterType": item.type,
                "NoEcho": item.no_echo,
                "Description": item.description,
                "ParameterConstraints": {"AllowedValues": item.allowed_values} if item.allowed_values else {},
            }
            for item in _declared(template)
        ],
        "Description": template.get("Description"),
        "ResourceTypes": [entry["Type"] for entry in template["Resources"].values()],
        "ResourceIdentifierSummaries": [],
        "Version": template.get("AWSTemplateFormatVersion"),
        "Metadata": json.dumps(template["Metadata"], default=str) if "Metadata" in template else None,
        **_capabilities(template),
    }


def get_template(desk: Desk, request: Request) -> Answer:
    """The template of a stack or of a change set."""
    if request.get("ChangeSetName"):
        found = desk.stacks.change_set(request["ChangeSetName"], request.get("StackName")).source
    else:
        stack = desk.stacks.get(request["StackName"], "Stack with id {} does not exist")
        if stack.status == DELETED and stack.deleted is None:
            raise CallError(f"Stack with id {stack.name} does not exist")
        found = stack.source
    is_processed = request.get("TemplateStage") == "Processed"
    body = json.dumps(found.template, default=str) if is_processed else found.body
    stages = ["Original", "Processed"]
    return {"TemplateBody": body, "StagesAvailable": stages}


def describe_type(desk: Desk, request: Request) -> Answer:
    """The schema of a resource type."""
    del desk
    name = request.get("TypeName", "")
    found = schema(name)
    if found is None:
        raise CallError(f"The type '{name}' cannot be found.", "TypeNotFoundException")
    return {
        "TypeName": name,
        "Type": "RESOURCE",
        "Visibility": "PUBLIC",
        "ProvisioningType": "FULLY_MUTABLE",
        "DeprecatedStatus": "LIVE",
        "Schema": json.dumps(found.content),
    }


def _read(body: str) -> dict[str, Any]:
    try:
        template = read(body)
        sections.check(template)
    except TemplateError as error:
        raise CallError(error.message) from None
    return template


def _declared(template: Mapping[str, Any]) -> list[Parameter]:
    return [Parameter(name, entry) for name, entry in template.get("Parameters", {}).items()]


def _capabilities(template: Mapping[str, Any]) -> Answer:
    wanted = needed_capabilities(template)
    names = transforms.names(template)
    answer: Answer = {"DeclaredTransforms": names} if names else {}
    if names and set(names) != {"AWS::LanguageExtensions"}:
        wanted = [*wanted, "CAPABILITY_AUTO_EXPAND"]
    if wanted:
        types = sorted(
            {str(entry["Type"]) for entry in template["Resources"].values() if "::IAM::" in str(entry["Type"])}
        )
        answer |= {"Capabilities": wanted, "CapabilitiesReason": _REASON.format(", ".join(types or names))}
    return answer


CALLS = {
    "DescribeType": describe_type,
    "GetTemplate": get_template,
    "GetTemplateSummary": get_template_summary,
    "ValidateTemplate": validate_template,
}
