"""The transform ``AWS::Serverless-2016-10-31``, by the library with which AWS does it.

Source: https://github.com/aws/serverless-application-model
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from constructs_lib.templates.errors import TemplateError

NAME: Final = "AWS::Serverless-2016-10-31"
_APPLICATION: Final = "AWS::Serverless::Application"
_FAILED: Final = f"Transform {NAME} failed with"
_MISSING: Final = "aws-sam-translator is not installed here. Run `pip install 'constructs-lib[local]'`."


def translated(
    template: Mapping[str, Any],
    parameters: Mapping[str, Any],
    region: str,
    managed_policies: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A template whose serverless resources are those that they stand for.

    Args:
        template: with the transform.
        parameters: the values of its parameters.
        region: where it is deployed.
        managed_policies: ARNs of managed policies by their names; those that SAM makes itself need none.

    Raises:
        TemplateError: it is no SAM template, in AWS's words; or aws-sam-translator is not installed.
    """
    try:
        from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415 - takes a second
        from samtranslator.parser.parser import Parser  # noqa: PLC0415 - as above
        from samtranslator.translator.translator import Translator  # noqa: PLC0415 - as above
    except ImportError:
        raise TemplateError(f"{_FAILED}: {_MISSING}", ("Transform",)) from None
    _check_applications(template)
    translator = Translator(dict(managed_policies or {}), Parser(), boto_session=_Session(region))
    try:
        found: dict[str, Any] = translator.translate(
            sam_template=copy.deepcopy(dict(template)),
            parameter_values=dict(parameters),
            passthrough_metadata=True,
        )
    except InvalidDocumentException as error:
        causes = " ".join(sorted(cause.message for cause in error.causes))
        raise TemplateError(f"{_FAILED}: {error.message} {causes}", ("Transform",)) from None
    except Exception as error:  # noqa: BLE001 - malformed templates that it does not foresee
        raise TemplateError(f"{_FAILED}: {type(error).__name__}: {error}", ("Transform",)) from None
    finally:
        translator.metrics.publish()  # to nobody; otherwise it complains on standard error
    transforms = [name for name in _transforms(template) if name != NAME]
    found.pop("Transform", None)
    return {**found, "Transform": transforms} if transforms else found


@dataclass(frozen=True, slots=True)
class _Session:
    """What the translator asks of a session of boto3."""

    region_name: str


def _check_applications(template: Mapping[str, Any]) -> None:
    """Refuse applications that are somewhere else: the translator would ask AWS for them."""
    resources = template.get("Resources")
    for name, entry in resources.items() if isinstance(resources, dict) else ():
        properties = entry.get("Properties") if isinstance(entry, dict) else None
        if (
            isinstance(properties, dict)
            and entry.get("Type") == _APPLICATION
            and isinstance(properties.get("Location"), dict)
        ):
            problem = f"Resource with id [{name}] is invalid. There is no Serverless Application Repository here."
            raise TemplateError(f"{_FAILED}: {problem}", ("Resources", name, "Properties", "Location"))


def _transforms(template: Mapping[str, Any]) -> list[Any]:
    named = template.get("Transform", [])
    return named if isinstance(named, list) else [named]
