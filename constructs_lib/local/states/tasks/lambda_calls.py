"""Gap: moto writes what a function says of its error anew, and finds functions that are not there without version.

Where a function is the resource itself, the cause is the text of the function.
"""

import json
from typing import Any

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.lambda_eval_utils import (
    LambdaFunctionErrorException,
)

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.json_text import json_text
from constructs_lib.local.states.tasks.clients import client_for

_NOT_FOUND = "Function not found: "
_PARTS_OF_AN_ARN = 7
_SHOWN = ("StatusCode", "ExecutedVersion", "LogResult")


def patches() -> list[Patch]:
    """Call the function; keep its text."""
    return [Patch(lambda_eval_utils, "execute_lambda_function_integration", _call)]


def _call(env: Any, parameters: dict[str, Any], region: str, state_credentials: Any) -> None:
    if env.is_mocked_mode():
        answer = lambda_eval_utils._mocked_invoke_lambda_function(env=env)  # noqa: SLF001 moto has no other way
        text = json_text(answer.get("Payload"))
    else:
        answer = _invoked(client_for(region, "lambda", state_credentials), parameters)
        text = answer["Payload"].read().decode()
    payload = _read(text)
    if error := answer.get("FunctionError"):
        failed = LambdaFunctionErrorException(error, json_text(payload))
        failed.text = text  # our own attribute on moto's object
        raise failed
    env.stack.append({**{name: answer[name] for name in _SHOWN if name in answer}, "Payload": payload})


def _invoked(client: Any, parameters: dict[str, Any]) -> Any:
    try:
        return client.invoke(**parameters)
    except ClientError as error:
        told = error.response["Error"]
        arn = told.get("Message", "").removeprefix(_NOT_FOUND)
        if told.get("Message", "").startswith(_NOT_FOUND) and len(arn.split(":")) == _PARTS_OF_AN_ARN:
            told["Message"] = f"{_NOT_FOUND}{arn}:$LATEST"
        raise


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
