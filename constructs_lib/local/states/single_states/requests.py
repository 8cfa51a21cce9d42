"""What TestState is asked for, checked as AWS checks it.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.stepfunctions.exceptions import InvalidExecutionInput, ValidationException

from constructs_lib.local.states.definitions.acceptance import InvalidDefinitionError
from constructs_lib.local.states.mocks.answers import Answer, MockError, MockResult
from constructs_lib.local.states.single_states import contexts, definitions, result_shapes
from constructs_lib.local.states.single_states.definitions import TestedState

_COLLECTIONS = ("Map", "Parallel")
_NOT_MOCKED = ("Pass", "Fail", "Succeed")
_NOT_SUPPORTED = (
    "TestState API does not support Map or Parallel states. "
    "Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"
)
_EXCEEDED = MockError(
    "States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded"
)


@dataclass(frozen=True)
class Trial:
    """What is to be tested.

    Args:
        tested: the state.
        given: its input.
        role_arn: by whose rights a Task works; None where none is needed.
        level: ``INFO``, ``DEBUG`` or ``TRACE``.
        variables: that exist before.
        answer: what the state is given in place of what it would do; None when it does it.
        context: the whole context object; None for that of an execution.
        retries: how many times it has been tried before.
        reveals_secrets: whether authorization headers of HTTP tasks are shown.
        reader_data: what the ItemReader of a Map has read; None when that is not known.
    """

    tested: TestedState
    given: Any
    role_arn: str | None
    level: str
    variables: dict[str, Any]
    answer: Answer | None
    context: dict[str, Any] | None
    retries: int
    reveals_secrets: bool
    reader_data: str | None


def read(request: Mapping[str, Any]) -> Trial:
    """Read a request.

    Raises:
        InvalidDefinitionError: of the definition.
        ValidationException: of everything else.
    """
    tested = definitions.find(request["definition"], request.get("stateName"))
    mock, configuration = request.get("mock"), request.get("stateConfiguration") or {}
    if "mapIterationFailureCount" in configuration and mock is None:
        raise ValidationException("TestState does not support MapIterationFailureCount when a mock is not specified.")
    if "context" in request and mock is None:
        raise ValidationException("TestState does not support Context when a mock is not specified.")
    if mock is None and tested.kind in _COLLECTIONS:
        raise InvalidDefinitionError(_NOT_SUPPORTED)
    if mock is None and tested.kind == "Task":
        _check_unmocked(tested, request.get("roleArn"))
    answer = None if mock is None else _answer(tested, mock, reveals=bool(request.get("revealSecrets")))
    context = request.get("context")
    return Trial(
        tested=tested,
        given=_input(request.get("input")),
        role_arn=request.get("roleArn"),
        level=request.get("inspectionLevel") or "INFO",
        variables=_object(request.get("variables"), "variables"),
        answer=_after_iterations(tested, answer, configuration),
        context=None if context is None else contexts.read(context, tested.state),
        retries=int(configuration.get("retrierRetryCount") or 0),
        reveals_secrets=bool(request.get("revealSecrets")),
        reader_data=configuration.get("mapItemReaderData"),
    )


def _check_unmocked(tested: TestedState, role_arn: str | None) -> None:
    if not role_arn:
        raise ValidationException("RoleArn must be specified when testing a Task state")
    resource = tested.state.get("Resource", "")
    if ":activity:" in resource or any(pattern in resource for pattern in contexts.WAITING):
        raise InvalidDefinitionError(
            "TestState API does not support activities, '.sync' and '.waitForTaskToken' service integration patterns "
            f"unless a mock is specified: {resource}"
        )


def _answer(tested: TestedState, mock: Mapping[str, Any], *, reveals: bool) -> Answer:
    if tested.kind in _NOT_MOCKED:
        raise ValidationException(f"State type '{tested.kind}' is not supported when a mock is specified")
    if reveals:
        raise ValidationException("TestState does not support RevealSecrets when a mock is specified.")
    failure = mock.get("errorOutput")
    if failure is not None and "result" in mock:
        raise ValidationException("A test mock should have only one of the following fields: [result, errorOutput].")
    if failure is not None:
        return MockError(failure.get("error", ""), failure.get("cause", ""))
    try:
        value = json.loads(mock.get("result", "null"))
    except ValueError:
        raise ValidationException("Mocked result must be valid JSON") from None
    if tested.kind == "Map" and "ResultWriter" in tested.state and not isinstance(value, dict):
        raise ValidationException("Mocked result must be a JSON object.")
    if tested.kind == "Map" and "ResultWriter" not in tested.state and not isinstance(value, list):
        raise ValidationException("Mocked result must be an array.")
    if tested.kind == "Parallel":
        _check_branches(tested, value)
    if tested.kind == "Task":
        result_shapes.check(tested.state["Resource"], value, mock.get("fieldValidationMode") or "STRICT")
    return MockResult(value)


def _check_branches(tested: TestedState, value: Any) -> None:
    if not isinstance(value, list):
        raise ValidationException("Mocked result must be an array.")
    if len(value) != len(tested.state["Branches"]):
        raise ValidationException("Mocked result must contain the same number of items as number of Parallel branches.")


def _after_iterations(tested: TestedState, answer: Answer | None, configuration: Mapping[str, Any]) -> Answer | None:
    """The answer, or the failure of a Map of which more iterations failed than it tolerates."""
    failed = configuration.get("mapIterationFailureCount")
    if failed is None or not isinstance(answer, MockResult):
        return answer
    items = len(answer.value) if isinstance(answer.value, list) else None
    if items is not None and failed > items:
        raise ValidationException(
            "Map iteration failure count must be less than or equal to the number of Map iterations"
        )
    count = tested.state.get("ToleratedFailureCount")
    percentage = tested.state.get("ToleratedFailurePercentage")
    exceeds_count = isinstance(count, int) and failed > count
    exceeds_percentage = isinstance(percentage, int | float) and items and failed * 100 > percentage * items
    return _EXCEEDED if exceeds_count or exceeds_percentage else answer


def _input(text: str | None) -> Any:
    try:
        return json.loads("{}" if text is None else text)
    except ValueError as error:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{error}'") from None


def _object(text: str | None, member: str) -> dict[str, Any]:
    try:
        found = json.loads("{}" if text is None else text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValidationException(f"Value at '{member}' must be a JSON object")
    return found
