"""Gap: moto accepts definitions that Step Functions refuses, and a second state machine of the same name.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

import json
from functools import lru_cache
from typing import Any

from moto.core.exceptions import AWSError
from moto.stepfunctions.exceptions import ValidationException
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from constructs_lib.limits import STEP_FUNCTIONS_DEFINITION_BYTES
from constructs_lib.local.account import Location
from constructs_lib.local.patching import Patch
from constructs_lib.local.states.definitions.authorizations import check_machine
from constructs_lib.local.states.definitions.fields import express_problems
from constructs_lib.local.states.definitions.parser_errors import parser_problem
from constructs_lib.local.states.definitions.problems import INVALID, Problem
from constructs_lib.local.states.definitions.rules import problems
from constructs_lib.local.states.json_errors import json_problem

_REFUSED = "Invalid State Machine Definition"
_create = StepFunctionsParserBackend.create_state_machine


class InvalidDefinitionError(AWSError):
    """A definition that is refused."""

    TYPE = "InvalidDefinition"
    STATUS = 400


class StateMachineAlreadyExistsError(AWSError):
    """A state machine of this name is there, and is another one."""

    TYPE = "StateMachineAlreadyExists"
    STATUS = 400


def patches() -> list[Patch]:
    """Check before moto makes anything."""
    return [
        Patch(StepFunctionsParserBackend, "_validate_definition", staticmethod(_validate)),
        Patch(StepFunctionsParserBackend, "create_state_machine", _create_new),
    ]


@lru_cache(maxsize=8)  # of those that are accepted: moto checks again what `_create_new` has checked
def _validate(definition: str) -> None:
    if len(definition.encode()) > STEP_FUNCTIONS_DEFINITION_BYTES:
        raise ValidationException(
            "1 validation error detected: Value at 'definition' failed to satisfy constraint: "
            f"Member must have length less than or equal to {STEP_FUNCTIONS_DEFINITION_BYTES}"
        )
    if problem := json_problem(definition):
        message, where = problem
        raise _invalid([Problem("INVALID_JSON_DESCRIPTION", f"{message}\n at {where}", where)])
    parsed = json.loads(definition)
    if not isinstance(parsed, dict):
        raise _invalid([Problem(INVALID, "Definition must be a valid JSON object", "/")])
    if found := problems(parsed):
        raise _invalid(found)
    try:
        AmazonStateLanguageParser.parse(definition)
    except Exception as error:  # noqa: BLE001 whatever the parser raises, it is the definition's
        raise InvalidDefinitionError(f"{_REFUSED}: '{parser_problem(parsed, error)}'") from None


def _invalid(found: list[Problem]) -> InvalidDefinitionError:
    return InvalidDefinitionError(f"{_REFUSED}: '{', '.join(map(str, found))}'")


def _create_new(self: Any, name: str, definition: str, roleArn: str, **options: Any) -> Any:  # noqa: N803 moto's
    # CreateStateMachine is idempotent: the same request again answers with what is there, another one is refused.
    there = self._revision_by_name(name)
    if there is not None and (there.definition, there.roleArn) != (definition, roleArn):
        raise StateMachineAlreadyExistsError(f"State Machine Already Exists: '{there.arn}'")
    _validate(definition)
    if options.get("sm_type") == "EXPRESS" and (found := list(express_problems(json.loads(definition)))):
        raise _invalid(found)
    arn = Location(self.account_id, self.region_name).arn("states", f"stateMachine:{name}")
    check_machine(arn, roleArn, definition, options.get("loggingConfiguration"))
    return _create(self, name=name, definition=definition, roleArn=roleArn, **options)
