"""Gap: moto takes the source text of an updated function for an archive."""

import base64
from typing import Any

from moto.awslambda.models import LambdaFunction

_update = LambdaFunction.update_from_cloudformation_json.__func__
_archive = LambdaFunction._create_zipfile_from_plaintext_code  # noqa: SLF001 moto has no other name for it


def install() -> None:
    """Let templates change the code of functions."""
    LambdaFunction.update_from_cloudformation_json = classmethod(_update_with_archive)


def _update_with_archive(
    cls: Any, /, original_resource: Any, new_resource_name: str, cloudformation_json: Any, **where: str
) -> Any:
    properties = cloudformation_json["Properties"]
    code = properties["Code"]
    if "ZipFile" in code:
        code = {**code, "ZipFile": base64.b64encode(_archive(code["ZipFile"]))}
    changed = {**cloudformation_json, "Properties": {**properties, "Code": code}}
    return _update(cls, original_resource, new_resource_name, changed, **where)
