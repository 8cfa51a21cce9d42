"""Functions that make custom resources: those of a stack's own, and those of the CDK's framework for providers.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html and
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources-readme.html#provider-framework
"""

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.stacks.handlers.contract.handler import HandlerError, Properties
from constructs_lib.local.stacks.handlers.custom.providers.requests import Answer, Request, answer_of
from constructs_lib.local.stacks.handlers.custom.responses import Responses
from constructs_lib.local.stacks.services import Services

_ON_EVENT, _IS_COMPLETE = "USER_ON_EVENT_FUNCTION_ARN", "USER_IS_COMPLETE_FUNCTION_ARN"
_WAIT_SECONDS = 60.0
"""How long an answer is waited for that comes after its function has ended; AWS waits an hour."""
_COMPLETE_SECONDS, _ASK_AGAIN_SECONDS = 1800.0, 1.0
_NO_ANSWER = (
    "CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [{}]. "
    "If you are using the Python cfn-response module, you may need to update your Lambda function to use the most "
    "recent version."
)


class Functions:
    """Asks functions for custom resources.

    Args:
        responses: where functions answer.
        clock: tells the time.
    """

    def __init__(self, responses: Responses, clock: Clock) -> None:
        self._responses = responses
        self._clock = clock

    def runs(self, token: str, services: Services) -> bool:
        """Whether the function, or whoever hears of the topic, of a service token can run here."""
        if ":sns:" in token:
            return True
        told = _configuration(token, services)
        user = _variables(told).get(_ON_EVENT)
        return _is_python(told) or (user is not None and _is_python(_configuration(user, services)))

    def ask(self, asked: Request) -> Answer:
        """Ask the function of a request for what it wants.

        Raises:
            HandlerError: the function has failed, or has not answered.
        """
        token, services = str(asked.event["ServiceToken"]), asked.services
        if ":sns:" not in token:
            variables = _variables(_configuration(token, services))
            if _ON_EVENT in variables:
                return self._ask_framework(asked, variables)
        return self._ask_function(asked, token)

    def _ask_function(self, asked: Request, token: str) -> Answer:
        request_id, region = asked.event["RequestId"], asked.services.region
        event = {**asked.event, "ResponseURL": self._responses.address(region, request_id)}
        failed = None
        if ":sns:" in token:
            message = {"TopicArn": token, "Message": json.dumps(event)}
            asked.services.client("sns").publish(**message, Subject="AWS CloudFormation custom resource request")
        else:
            _, failed = _invoke(token, event, asked.services)
        seconds = 0.0 if failed else float(asked.properties.get("ServiceTimeout", _WAIT_SECONDS))
        told = self._responses.wait(region, request_id, seconds)
        if told is None:
            raise HandlerError(
                f"{_NO_ANSWER.format(request_id)}{f' The function failed: {failed}' if failed else ''}", None
            )
        return answer_of(told, asked)

    def _ask_framework(self, asked: Request, variables: Mapping[str, str]) -> Answer:
        """Do what the framework's function does, which is in JavaScript."""
        event = {**asked.event, "ResponseURL": "..."}
        told = _user(variables[_ON_EVENT], event, asked)
        physical_id = told.get("PhysicalResourceId") or asked.event.get("PhysicalResourceId")
        physical_id = str(physical_id or asked.event["RequestId"])
        if asked.kind == "Delete" and physical_id != asked.physical_id:
            message = "DELETE: cannot change the physical resource ID from"
            raise HandlerError(f'{message} "{asked.physical_id}" to "{physical_id}" during deletion', None)
        data = dict(told.get("Data") or {})
        if _IS_COMPLETE in variables:
            more = {**event, **told, "PhysicalResourceId": physical_id, "Data": data}
            data |= self._complete(variables[_IS_COMPLETE], more, asked)
        return answer_of({"Status": "SUCCESS", "PhysicalResourceId": physical_id, "Data": data}, asked)

    def _complete(self, function: str, event: Properties, asked: Request) -> Properties:
        ends, never = self._clock.now() + _COMPLETE_SECONDS, self._clock.event()
        while True:
            told = _user(function, event, asked)
            if told.get("IsComplete"):
                return dict(told.get("Data") or {})
            if self._clock.now() >= ends:
                raise HandlerError("Operation timed out", None)
            self._clock.wait(never, _ASK_AGAIN_SECONDS)


def _user(function: str, event: Properties, asked: Request) -> Properties:
    """What a user's function of the framework returns."""
    told, failed = _invoke(function, event, asked.services)
    if failed:
        answer_of({"Status": "FAILED", "Reason": failed}, asked)
    return told if isinstance(told, dict) else {}


def _invoke(function: str, event: Properties, services: Services) -> tuple[Any, str | None]:
    """What a function answers, and why it failed."""
    answer = services.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
    body = answer["Payload"].read()
    told = json.loads(body) if body else None
    if "FunctionError" in answer:
        problem = told if isinstance(told, dict) else {}
        return None, f"{problem.get('errorType', 'Error')}: {problem.get('errorMessage', '')}"
    return told, None


def _configuration(function: str, services: Services) -> Properties:
    """The configuration of a function; none of one that is not here, such as that of another account."""
    told: Properties = {}
    with contextlib.suppress(ClientError):
        told = services.client("lambda").get_function_configuration(FunctionName=function)
    return told


def _variables(configuration: Properties) -> dict[str, str]:
    variables: dict[str, str] = configuration.get("Environment", {}).get("Variables", {})
    return variables


def _is_python(configuration: Properties) -> bool:
    return configuration.get("PackageType") != "Image" and str(configuration.get("Runtime")).startswith("python")
