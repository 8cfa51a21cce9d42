"""Gap: moto tells that something does not exist where a text is no ARN at all."""

from typing import Any

from moto.stepfunctions.exceptions import InvalidArn
from moto.stepfunctions.models import StepFunctionBackend

from constructs_lib.local.patching import Patch

_validate = StepFunctionBackend._validate_arn  # noqa: SLF001 this is what gets replaced


def patches() -> list[Patch]:
    """Look for the prefix first."""
    return [Patch(StepFunctionBackend, "_validate_arn", _validate_prefix)]


def _validate_prefix(self: Any, arn: str, regex: Any, invalid_msg: str) -> None:
    if not arn.startswith("arn:"):
        raise InvalidArn(f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
    _validate(self, arn, regex, invalid_msg)
