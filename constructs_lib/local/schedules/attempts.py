"""The attempts of one invocation of a target: what is called, and what the dead-letter queue gets in the end.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
"""

from collections.abc import Callable
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from constructs_lib.local.deliveries import NOT_TRUSTED, Loss, NotTrustedError
from constructs_lib.local.deliveries.problems import problem_of
from constructs_lib.local.metrics.measured.schedules import (
    ATTEMPTED,
    DEAD,
    DROPPED,
    FAILED,
    LOST,
    THROTTLED,
    schedule_did,
)
from constructs_lib.local.schedules.invocation import Invocation
from constructs_lib.local.schedules.requests import ApiCall, RequestError, call_of

_LONGEST_MESSAGE = 262_144
"""Bytes that a message of Amazon SQS may have, with its attributes."""
_LONGEST_ERROR = 2_000


class Attempts:
    """The attempts of one invocation: each has an id of its own.

    Args:
        schedule: the ARN of the schedule.
        target: its target.
        moment: the time that the schedule says, in seconds since the epoch.
        client: makes clients with the rights of the target's role.
        told: gets a line for what is lost.
    """

    def __init__(
        self, schedule: str, target: dict[str, Any], moment: float, client: Callable[[str], Any], told: list[str]
    ) -> None:
        self._schedule = schedule
        self._target = target
        self._moment = moment
        self._client = client
        self._told = told
        self._last = Invocation.new(schedule, moment, 1)

    def send(self, number: int) -> None:
        """Call the target's API; number is which attempt it is, from 1."""
        invocation = self._last = Invocation.new(self._schedule, self._moment, number)
        schedule_did(self._schedule, ATTEMPTED)
        try:
            call = self._call(invocation)
            answer = getattr(self._client(call.service), xform_name(call.operation))(**call.parameters)
            _check(call, answer)
        except Exception as error:
            schedule_did(self._schedule, FAILED)
            if isinstance(error, ClientError) and problem_of(error).passes:
                schedule_did(self._schedule, THROTTLED)
            raise

    def lose(self, loss: Loss) -> None:
        """Tell of an invocation that never succeeded, and send it to the dead-letter queue if there is one."""
        self._told.append(f"{self._schedule}, target {self._target['Arn']}: {loss.problem.message}")
        schedule_did(self._schedule, DROPPED)
        if queue := (self._target.get("DeadLetterConfig") or {}).get("Arn"):
            try:
                self._send_to(queue, loss)
                schedule_did(self._schedule, DEAD)
            except (BotoCoreError, ClientError, NotTrustedError) as error:  # at AWS nobody hears of it
                self._told.append(f"{self._schedule}, dead-letter queue {queue}: {error}")
                schedule_did(self._schedule, LOST)

    def _send_to(self, queue: str, loss: Loss) -> None:
        body = self._body()
        cut = body.encode()[: _LONGEST_MESSAGE - 2 * _LONGEST_ERROR].decode(errors="ignore")
        attributes = {
            "ERROR_CODE": "AccessDeniedException" if loss.problem.code == NOT_TRUSTED else loss.problem.code,
            "ERROR_MESSAGE": loss.problem.message[:_LONGEST_ERROR],
            "EXECUTION_ID": self._last.id,
            "EXHAUSTED_RETRY_CONDITION": loss.condition,
            "IS_PAYLOAD_TRUNCATED": str(cut != body).lower(),
            "RETRY_ATTEMPTS": str(loss.retries),
            "SCHEDULED_TIME": self._last.time,
            "SCHEDULE_ARN": self._schedule,
            "TARGET_ARN": self._target["Arn"],
        }
        told = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value}
        sent = call_of({"Arn": queue}, cut, cut)
        self._client("sqs").send_message(**sent.parameters, MessageAttributes=told)

    def _body(self) -> str:
        try:
            return self._call(self._last).shown()
        except RequestError:
            return str(self._target.get("Input") or "{}")

    def _call(self, invocation: Invocation) -> ApiCall:
        given = self._target.get("Input")
        filled = None if given is None else invocation.filled(given)
        return call_of(self._target, filled, invocation.notification())


def _check(call: ApiCall, answer: dict[str, Any]) -> None:
    """Look for what failed though the call succeeded.

    Raises:
        ClientError: an entry of several failed.
    """
    entries = answer.get("Entries", []) if call.operation == "PutEvents" else []
    failed = [(entry["ErrorCode"], entry.get("ErrorMessage", "")) for entry in entries if "ErrorCode" in entry]
    if call.operation == "RunTask":
        failed = [(failure.get("reason", ""), failure.get("detail", "")) for failure in answer.get("failures", [])]
    if failed:
        code, message = failed[0]
        raise ClientError({"Error": {"Code": code, "Message": message or code}}, call.operation)
