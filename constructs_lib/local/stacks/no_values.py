"""Gap: moto leaves a null in a list where ``AWS::NoValue`` takes an item away.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html
"""

from typing import Any

from moto.cloudformation import parsing

_clean = parsing.clean_json


def install() -> None:
    """Take the items away."""
    parsing.clean_json = _clean_without_nulls


def _clean_without_nulls(resource_json: Any, resources_map: Any) -> Any:
    cleaned = _clean(resource_json, resources_map)
    if isinstance(resource_json, list) and None in cleaned:
        return [value for value, source in zip(cleaned, resource_json, strict=True) if value is not None or not source]
    return cleaned
