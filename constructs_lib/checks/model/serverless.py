"""Templates with transforms, as far as they can be run where nothing is deployed.

What a serverless template has in local files is read from there, as ``sam package`` would upload it. Source:
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from constructs_lib.checks.errors import CheckError
from constructs_lib.templates import language_extensions, sam, transforms
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.reading import read

_MACHINE: Final = "AWS::Serverless::StateMachine"
_LOCAL: Final = {
    "AWS::Serverless::Function": ("CodeUri", "s3://packaged/code"),
    "AWS::Serverless::LayerVersion": ("ContentUri", "s3://packaged/code"),
    "AWS::Serverless::Api": ("DefinitionUri", "s3://packaged/definition"),
    "AWS::Serverless::HttpApi": ("DefinitionUri", "s3://packaged/definition"),
}
"""What a type has in a folder, and where it could be after it was packaged: nothing in it matters here."""
_SERVERLESS: Final = "AWS::Serverless::"
_ELSEWHERE: Final = ("AWS::Serverless::Application",)
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
    resources = {
        name: _packaged(name, entry, folder)
        for name, entry in template["Resources"].items()
        if entry["Type"] not in _ELSEWHERE
    }
    shared = {**template, "Globals": _without_folders(template["Globals"])} if "Globals" in template else template
    parameters = {name: _given(entry) for name, entry in (template.get("Parameters") or {}).items()}
    return sam.translated({**shared, "Resources": resources}, parameters, region)


def _without_folders(shared: Any) -> Any:
    """What all functions have, with their code as it is after it was packaged."""
    if not isinstance(shared, dict) or "CodeUri" not in (shared.get("Function") or {}):
        return shared
    return {**shared, "Function": {**shared["Function"], "CodeUri": _LOCAL["AWS::Serverless::Function"][1]}}


def _given(parameter: Mapping[str, Any]) -> str:
    """Any value that a parameter may have: SAM wants one, and puts it nowhere."""
    allowed = parameter.get("AllowedValues")
    default = parameter.get("Default", allowed[0] if isinstance(allowed, list) and allowed else "")
    return str(default)


def _packaged(name: str, entry: dict[str, Any], folder: Path) -> dict[str, Any]:
    properties = entry.get("Properties")
    if not entry["Type"].startswith(_SERVERLESS) or not isinstance(properties, dict):
        return entry
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
