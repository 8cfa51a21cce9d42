"""Gap: moto takes the source text of an updated function for an archive, and keeps no log group of a template.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
"""

import base64
from typing import Any

from moto.awslambda.models import LambdaFunction

_create = LambdaFunction.create_from_cloudformation_json.__func__
_update = LambdaFunction.update_from_cloudformation_json.__func__
_archive = LambdaFunction._create_zipfile_from_plaintext_code  # noqa: SLF001 moto has no other name for it


def install() -> None:
    """Let templates change the code of functions, and tell where they write."""
    LambdaFunction.create_from_cloudformation_json = classmethod(_create_with_log_group)
    LambdaFunction.update_from_cloudformation_json = classmethod(_update_with_archive)


def _create_with_log_group(
    cls: Any, /, resource_name: str, cloudformation_json: dict[str, Any], *given: Any, **where: Any
) -> Any:
    return _with_log_group(_create(cls, resource_name, cloudformation_json, *given, **where), cloudformation_json)


def _update_with_archive(
    cls: Any, /, original_resource: Any, new_resource_name: str, cloudformation_json: Any, **where: str
) -> Any:
    properties = cloudformation_json["Properties"]
    code = properties["Code"]
    if "ZipFile" in code:
        code = {**code, "ZipFile": base64.b64encode(_archive(code["ZipFile"]))}
    changed = {**cloudformation_json, "Properties": {**properties, "Code": code}}
    return _with_log_group(_update(cls, original_resource, new_resource_name, changed, **where), changed)


def _with_log_group(function: Any, resource: dict[str, Any]) -> Any:
    asked = resource["Properties"].get("LoggingConfig", {})
    function.logs_group_name = asked.get("LogGroup", f"/aws/lambda/{function.function_name}")
    return function
