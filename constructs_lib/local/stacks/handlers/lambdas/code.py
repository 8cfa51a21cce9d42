"""The code of a function as its API takes it: a text in a template is an archive there.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
"""

import io
import zipfile
from pathlib import Path

from constructs_lib.local.stacks.handlers.contract.handler import Properties

_RESPONSE = Path(__file__).with_name("cfnresponse.py")


def code(properties: Properties) -> Properties:
    """The code that a function is to have."""
    given = properties["Code"]
    told = {name: given[name] for name in ("S3Bucket", "S3Key", "ImageUri") if name in given}
    if "S3ObjectVersion" in given:
        told["S3ObjectVersion"] = given["S3ObjectVersion"]
    if "ZipFile" in given:
        told["ZipFile"] = _archive(given["ZipFile"], str(properties.get("Runtime", "python3")))
    return told


def _archive(source: str, runtime: str) -> bytes:
    """A source text as the module ``index``, beside the module that answers to CloudFormation, as AWS adds it."""
    is_python = runtime.startswith("python")
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        # Always the same bytes of the same source: their digest tells whether the code has changed.
        archive.writestr(zipfile.ZipInfo("index.py" if is_python else "index.js"), source)
        if is_python and "cfnresponse" in source:
            archive.writestr(zipfile.ZipInfo(_RESPONSE.name), _RESPONSE.read_text(encoding="utf-8"))
    return body.getvalue()
