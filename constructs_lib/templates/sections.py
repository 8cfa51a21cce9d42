"""The shape of a template: its sections, and what each entry of them may have, in CloudFormation's words.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.templates.errors import TemplateError, pointer
from constructs_lib.templates.parameters import is_parameter_type
from constructs_lib.templates.texts import is_scalar

SECTIONS: Final = (
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Resources",
    "Outputs",
    "Hooks",
    "Globals",
)
_RESOURCE: Final = (
    "Type",
    "Properties",
    "DependsOn",
    "Condition",
    "Metadata",
    "CreationPolicy",
    "UpdatePolicy",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "Version",
    "Connectors",
    "IgnoreGlobals",
    "Fn::Transform",
    "Description",  # undocumented; templates that AWS publishes have it
)
_PARAMETER: Final = (
    "Type",
    "Default",
    "NoEcho",
    "AllowedValues",
    "AllowedPattern",
    "MinLength",
    "MaxLength",
    "MinValue",
    "MaxValue",
    "Description",
    "ConstraintDescription",
)
_OUTPUT: Final = ("Value", "Description", "Export", "Condition")
_POLICIES: Final = {
    "DeletionPolicy": ("Delete", "Retain", "Snapshot", "RetainExceptOnCreate"),
    "UpdateReplacePolicy": ("Delete", "Retain", "Snapshot"),
}
_VERSION: Final = "2010-09-09"
_LONGEST_DESCRIPTION: Final = 1024
_MOST: Final = {"Parameters": 200, "Mappings": 200, "Resources": 500, "Outputs": 200}
"""Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
_NAME: Final = re.compile(r"[a-zA-Z0-9]+")
_LOOP: Final = "Fn::ForEach::"
_TRANSFORM: Final = "Fn::Transform"


def check(template: Mapping[str, Any]) -> None:
    """Check the shape of a template; of one with a transform, resources may have attributes that it understands.

    Raises:
        TemplateError: it is no template.
    """
    if unknown := [name for name in template if name not in SECTIONS and name != _TRANSFORM]:
        raise TemplateError(f"Invalid template property or properties [{', '.join(unknown)}]", unknown[:1])
    for section in ("Conditions", "Rules", "Metadata"):
        if not isinstance(template.get(section, {}), dict):
            raise TemplateError(f"Template format error: {section} must be an object.", (section,))
    for section, most in _MOST.items():
        if isinstance(entries := template.get(section), dict) and len(entries) > most:
            count = f"Number of {section.lower()}, {len(entries)}, is greater than maximum allowed, {most}"
            raise TemplateError(f"Template format error: {count}", (section,))
    _check_head(template)
    _check_nulls(template)
    _check_parameters(template)
    _check_mappings(template)
    _check_resources(template)
    _check_outputs(template)


def _check_head(template: Mapping[str, Any]) -> None:
    version = template.get("AWSTemplateFormatVersion", _VERSION)
    if version != _VERSION:
        message = "Template format error: unsupported value for AWSTemplateFormatVersion."
        raise TemplateError(message, ("AWSTemplateFormatVersion",))
    description = template.get("Description", "")
    if not isinstance(description, str):
        raise TemplateError("Template format error: Description must be a string.", ("Description",))
    if len(description.encode(errors="replace")) > _LONGEST_DESCRIPTION:
        message = f"Template format error: 'Description' length is greater than {_LONGEST_DESCRIPTION}."
        raise TemplateError(message, ("Description",))


def _check_nulls(template: Mapping[str, Any]) -> None:
    for section in ("Parameters", "Mappings", "Conditions", "Resources", "Outputs"):
        if path := _null_in(template.get(section, {}), (section,)):
            raise TemplateError(f"[{pointer(path)}] 'null' values are not allowed in templates", path)


def _null_in(value: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...] | None:
    if value is None:
        return path
    if isinstance(value, dict):
        return next(filter(None, (_null_in(member, (*path, key)) for key, member in value.items())), None)
    if isinstance(value, list):
        return next(filter(None, (_null_in(item, (*path, index)) for index, item in enumerate(value))), None)
    return None


def _entries(template: Mapping[str, Any], section: str, word: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entries of a section that are no loops and no macros."""
    entries = template.get(section, {})
    if not isinstance(entries, dict):
        raise TemplateError(f"Template format error: {section} must be an object.", (section,))
    for name, entry in entries.items():
        if name == _TRANSFORM or (name.startswith(_LOOP) and template.get("Transform")):
            continue
        if not _NAME.fullmatch(name):
            raise TemplateError(f"Template format error: {word} name {name} is non alphanumeric.", (section, name))
        if not isinstance(entry, dict):
            message = f"Template format error: Any {section} member must be an object."
            raise TemplateError(message, (section, name))
        yield name, entry


def _check_parameters(template: Mapping[str, Any]) -> None:
    for name, entry in _entries(template, "Parameters", "Parameter"):
        path = ("Parameters", name)
        if unknown := [key for key in entry if key not in _PARAMETER]:
            raise TemplateError(f"Invalid template parameter property '{unknown[0]}'", (*path, unknown[0]))
        if "Type" not in entry:
            raise TemplateError("Template format error: Every Parameters object must contain a Type member.", path)
        if not isinstance(entry["Type"], str) or not is_parameter_type(entry["Type"]):
            raise TemplateError(f"Template format error: Unrecognized parameter type: {entry['Type']}", path)
        if not is_scalar(entry.get("Default", "")):
            raise TemplateError("Template format error: Every Default member must be a string.", (*path, "Default"))
        allowed = entry.get("AllowedValues", [])
        if not isinstance(allowed, list) or not all(map(is_scalar, allowed)):
            message = "Template format error: Every AllowedValues member must be a list of strings."
            raise TemplateError(message, (*path, "AllowedValues"))


def _check_mappings(template: Mapping[str, Any]) -> None:
    mappings = template.get("Mappings", {})
    if not isinstance(mappings, dict):
        raise TemplateError("Template format error: Mappings must be an object.", ("Mappings",))
    for name, mapping in mappings.items():
        if name == _TRANSFORM:
            continue
        for key, attributes in mapping.items() if isinstance(mapping, dict) else [(name, None)]:
            if key == _TRANSFORM:
                continue
            if not isinstance(attributes, dict):
                message = f"Template format error: Every Mappings member {key} must be a map"
                raise TemplateError(message, ("Mappings", name))
            for attribute, value in attributes.items():
                if not is_scalar(value) and not isinstance(value, list):  # of lists, objects are values too
                    message = "Template format error: Every Mappings attribute must be a String or a List."
                    raise TemplateError(message, ("Mappings", name, key, attribute))


def _check_resources(template: Mapping[str, Any]) -> None:
    if not template.get("Resources"):
        raise TemplateError("Template format error: At least one Resources member must be defined.")
    for name, entry in _entries(template, "Resources", "Resource"):
        path = ("Resources", name)
        if template.get("Transform"):
            continue
        if not isinstance(entry.get("Type"), str) and _TRANSFORM not in entry:
            message = f"Template format error: [{pointer(path)}] Every Resources object must contain a Type member."
            raise TemplateError(message, path)
        if unknown := [key for key in entry if key not in _RESOURCE]:
            raise TemplateError(f"Invalid template resource property '{unknown[0]}'", (*path, unknown[0]))
        _check_attributes(path, entry)
    common = [name for name in template.get("Parameters", {}) if name in template["Resources"]]
    if common:
        names = ", ".join(common)
        message = f"Template error: all resources and parameters must have unique names. Common name(s):[{names}]"
        raise TemplateError(message)


def _check_attributes(path: tuple[str, str], entry: Mapping[str, Any]) -> None:
    depends_on = entry.get("DependsOn", "")
    if not isinstance(depends_on, str | list):
        message = "Template format error: DependsOn must be a string or list of strings."
        raise TemplateError(message, (*path, "DependsOn"))
    if isinstance(depends_on, list) and not all(isinstance(name, str) for name in depends_on):
        message = "Template format error: Every DependsOn value must be a string."
        raise TemplateError(message, (*path, "DependsOn"))
    if not isinstance(entry.get("Condition", ""), str):
        message = "Template format error: Every Condition member must be a string."
        raise TemplateError(message, (*path, "Condition"))
    if not isinstance(entry.get("Properties", {}), dict):
        message = f"Template format error: [{pointer(path)}/Properties] Every Properties member must be an object."
        raise TemplateError(message, (*path, "Properties"))
    for policy, allowed in _POLICIES.items():
        value = entry.get(policy, "Delete")
        if isinstance(value, str) and value not in allowed:
            message = f"Template format error: Unrecognized {policy} {value} for resource {path[1]}"
            raise TemplateError(message, (*path, policy))


def _check_outputs(template: Mapping[str, Any]) -> None:
    for name, entry in _entries(template, "Outputs", "Output"):
        path = ("Outputs", name)
        if "Value" not in entry and _TRANSFORM not in entry:
            raise TemplateError("Template format error: Every Outputs member must contain a Value object", path)
        if unknown := [key for key in entry if key not in (*_OUTPUT, _TRANSFORM)]:
            raise TemplateError(f"Invalid template output property '{unknown[0]}'", (*path, unknown[0]))
