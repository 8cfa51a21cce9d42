"""Templates with transforms, as far as they can be run where nothing is deployed.

What a serverless template has in local files is read from there, as ``sam package`` would upload it. Source:
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from constructs_lib.checks.errors import CheckError
from constructs_lib.checks.model.files import APPLICATION, NESTED
from constructs_lib.templates import language_extensions, sam, transforms
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.reading import read

_FUNCTION: Final = "AWS::Serverless::Function"
_MACHINE: Final = "AWS::Serverless::StateMachine"
_UPLOADED: Final = "s3://packaged/code"
_IMAGE: Final = "packaged:image"
_LOCAL: Final = {
    _FUNCTION: ("CodeUri", _UPLOADED),
    "AWS::Serverless::LayerVersion": ("ContentUri", _UPLOADED),
    "AWS::Serverless::Api": ("DefinitionUri", "s3://packaged/definition"),
    "AWS::Serverless::HttpApi": ("DefinitionUri", "s3://packaged/definition"),
}
"""What a type has in a folder, and where it could be after it was packaged: nothing in it matters here."""
_CODE: Final = frozenset({"CodeUri", "ImageUri", "InlineCode"})
"""What a function has its code by: ``sam build`` builds that of one which has none of them."""
_SERVERLESS: Final = "AWS::Serverless::"
_STACK_OPTIONS: Final = ("NotificationARNs", "Parameters", "Tags", "TimeoutInMinutes")
"""What an application has that the nested stack has, which SAM makes of it."""
_REGION: Final = "us-east-1"
"""Of templates that name none: SAM asks for one, and only what it makes for pipelines of CodeDeploy depends on it."""


def expanded(evaluator: Evaluator, folder: Path) -> dict[str, Any]:
    """A template after its transforms; what only an account can run is left as it is.

    Args:
        evaluator: the template where nothing is deployed.
        folder: where its local files are.

    Raises:
        TemplateError: a transform refuses it.
        CheckError: a local file is missing.
    """
    template = dict(evaluator.template)
    for name in transforms.names(template):
        if name == language_extensions.NAME:
            template = language_extensions.expanded(template, evaluator.value)
        elif name == sam.NAME:
            region = evaluator.pseudo.region
            template = _translated(template, folder, region if isinstance(region, str) else _REGION)
    return template


def _translated(template: Mapping[str, Any], folder: Path, region: str) -> dict[str, Any]:
    shared = template.get("Globals")
    own = shared.get("Function") if isinstance(shared, dict) else None
    functions: dict[str, Any] = own if isinstance(own, dict) else {}
    entries = template["Resources"]
    applications = {name: _nested(entry) for name, entry in entries.items() if _is_application(entry)}
    resources = {name: _packaged(name, entry, functions, folder) for name, entry in entries.items()}
    packaged = {**template, "Resources": {name: resources[name] for name in resources if name not in applications}}
    if isinstance(shared, dict) and "CodeUri" in functions:
        packaged["Globals"] = {**shared, "Function": {**functions, "CodeUri": _UPLOADED}}
    parameters = {name: _given(entry) for name, entry in (template.get("Parameters") or {}).items()}
    translated = sam.translated(packaged, parameters, region)
    return {**translated, "Resources": {**translated["Resources"], **applications}}


def _is_application(entry: Any) -> bool:
    return isinstance(entry, dict) and entry["Type"] == APPLICATION


def _nested(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The stack that an application is: SAM would look for one of the Serverless Application Repository there."""
    properties = entry.get("Properties") or {}
    options = {name: properties[name] for name in _STACK_OPTIONS if name in properties}
    kept = {name: value for name, value in entry.items() if name not in {"Type", "Properties"}}
    return {**kept, "Type": NESTED, "Properties": {**options, "TemplateURL": properties.get("Location")}}


def _given(parameter: Mapping[str, Any]) -> str:
    """Any value that a parameter may have: SAM wants one, and puts it nowhere."""
    allowed = parameter.get("AllowedValues")
    default = parameter.get("Default", allowed[0] if isinstance(allowed, list) and allowed else "")
    return str(default)


def _packaged(name: str, entry: Any, functions: Mapping[str, Any], folder: Path) -> Any:
    properties = entry.get("Properties") if isinstance(entry, dict) else None
    if not isinstance(properties, dict) or not entry["Type"].startswith(_SERVERLESS):
        return entry
    if entry["Type"] == _FUNCTION and not _CODE & {*properties, *functions}:
        is_image = properties.get("PackageType", functions.get("PackageType")) == "Image"
        built = {"ImageUri": _IMAGE} if is_image else {"CodeUri": _UPLOADED}
        return {**entry, "Properties": {**properties, **built}}
    if entry["Type"] in _LOCAL:
        key, uploaded = _LOCAL[entry["Type"]]
        location = properties.get(key)
        local = isinstance(location, str) and not location.startswith("s3://")
        return {**entry, "Properties": {**properties, key: uploaded}} if local else entry
    if entry["Type"] == _MACHINE and isinstance(location := properties.get("DefinitionUri"), str):
        if location.startswith("s3://"):
            return entry
        others = {key: value for key, value in properties.items() if key != "DefinitionUri"}
        return {**entry, "Properties": {**others, "Definition": _definition(name, folder / location)}}
    return entry


def _definition(name: str, path: Path) -> dict[str, Any]:
    try:
        return read(path.read_text(encoding="utf-8"))
    except OSError:
        raise CheckError(f"{path}: the definition of the state machine {name} is missing") from None
    except (UnicodeDecodeError, TemplateError):
        raise CheckError(f"{path}: the definition of the state machine {name} is neither JSON nor YAML") from None
