"""Gap: moto has no ValidateStateMachineDefinition.

Its diagnostics are what CreateStateMachine refuses, and says in one text; warnings, which refuse nothing, are not
emulated.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
"""

import json
import re
from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import ValidationException
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.definitions.acceptance import InvalidDefinitionError
from constructs_lib.local.states.definitions.fields import express_problems

_MOST = 100
_REFUSED = re.compile(r"Invalid State Machine Definition: '(?P<problems>.*)'", re.DOTALL)
_NEXT_PROBLEM = re.compile(r", (?=[A-Z][A-Z_]+: )")
_CODE = r"(?P<code>[A-Z_]+): (?P<message>.*)"
_PROBLEM = re.compile(_CODE, re.DOTALL)
_PLACED = re.compile(_CODE + r" at (?P<location>/.*|null|\[Source: .*\])", re.DOTALL)  # at the last " at "


def patches() -> list[Patch]:
    """Answer it."""
    return [Patch(StepFunctionResponse, "validate_state_machine_definition", _validate, adds=True)]


def diagnostics(definition: str, kind: str = "STANDARD") -> list[dict[str, str]]:
    """Tell what is wrong with a definition; nothing where CreateStateMachine would accept it.

    Args:
        definition: JSON.
        kind: the type of the state machine, ``STANDARD`` or ``EXPRESS``.
    """
    if not definition.strip():
        return [_diagnostic("SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object")]
    try:
        StepFunctionsParserBackend._validate_definition(definition)  # noqa: SLF001 the check of CreateStateMachine
    except InvalidDefinitionError as error:
        refused = _REFUSED.fullmatch(error.message)
        problems = _NEXT_PROBLEM.split(refused["problems"] if refused else error.message)
        return [_diagnostic(problem) for problem in problems]
    found = express_problems(json.loads(definition)) if kind == "EXPRESS" else ()
    return [_diagnostic(str(problem)) for problem in found]


def _diagnostic(problem: str) -> dict[str, str]:
    found = _PLACED.fullmatch(problem) or _PROBLEM.fullmatch(problem)
    if found is None:
        return {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": problem}
    told = {"severity": "ERROR", "code": found["code"], "message": found["message"]}
    location = found.groupdict().get("location")
    return told if location in (None, "null") else {**told, "location": location}


def _validate(self: Any) -> ActionResult:
    most = self._get_int_param("maxResults") or _MOST
    if most > _MOST:
        raise ValidationException(
            f"1 validation error detected: Value '{most}' at 'maxResults' failed to satisfy constraint: "
            f"Member must have value less than or equal to {_MOST}"
        )
    found = diagnostics(self._get_param("definition"), self._get_param("type") or "STANDARD")
    return ActionResult(
        {"result": "FAIL" if found else "OK", "diagnostics": found[:most], "truncated": len(found) > most}
    )
