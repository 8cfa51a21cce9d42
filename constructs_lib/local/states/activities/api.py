"""Gap: moto's activities have no tasks, and a second one of the same name is refused where AWS gives the first.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import ActivityDoesNotExist, InvalidArn
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.activities.queues import queue_of

_POLL_SECONDS = 60.0
"""How long a worker that polls is kept waiting."""
_OWN_KEY = {"type": "AWS_OWNED_KEY"}

_create = StepFunctionResponse.create_activity
_delete = StepFunctionResponse.delete_activity
_describe = StepFunctionResponse.describe_activity


def patches() -> list[Patch]:
    """Hand out tasks."""
    return [
        Patch(StepFunctionResponse, "create_activity", _create_once),
        Patch(StepFunctionResponse, "describe_activity", _describe_checked),
        Patch(StepFunctionResponse, "delete_activity", _delete_checked),
        Patch(StepFunctionResponse, "get_activity_task", _get_task, adds=True),
    ]


def _create_once(self: Any) -> Any:
    name = self._get_param("name")
    there = next((item for item in self.stepfunction_backend.activities.values() if item.name == name), None)
    if there is None:
        return _create(self)
    return ActionResult({"activityArn": there.arn, "creationDate": there.creation_date})


def _describe_checked(self: Any) -> Any:
    arn = _arn(self)
    if arn not in self.stepfunction_backend.activities:
        raise _missing(arn)
    response = _describe(self)
    response.result["encryptionConfiguration"] = response.result["encryptionConfiguration"] or _OWN_KEY
    return response


def _delete_checked(self: Any) -> Any:
    _arn(self)
    return _delete(self)


def _get_task(self: Any) -> ActionResult:
    arn = _arn(self)
    queue = queue_of(self.stepfunction_backend, arn)
    if queue is None:
        raise _missing(arn)
    task = queue.poll(self._get_param("workerName"), _POLL_SECONDS)
    return ActionResult({} if task is None else {"taskToken": task.callback_id, "input": task.given})


def _arn(response: Any) -> str:
    arn = str(response._get_param("activityArn"))  # noqa: SLF001 moto's own way
    if not arn.startswith("arn:"):
        raise InvalidArn(f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
    return arn


def _missing(arn: str) -> ActivityDoesNotExist:
    return ActivityDoesNotExist(f"Activity Does Not Exist: '{arn}'")
