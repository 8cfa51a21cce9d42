"""Gap: moto's rules start no state machines, jobs or functions, publish nothing, and send what disabled ones match.

A target is started by the rights of its role, again when it throttles or fails; what cannot be delivered goes to its
dead-letter queue, if it has one.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

import copy
import json
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from moto.events.models import Rule

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.deliveries import (
    NOT_TRUSTED,
    Callers,
    Deliverer,
    Delivery,
    DeniedError,
    Loss,
    Problem,
    RetryPolicy,
)
from constructs_lib.local.events.admission import Admission
from constructs_lib.local.events.deliveries import DELIVERIES, Client, Target
from constructs_lib.local.events.inputs import Event, as_sent, input_of
from constructs_lib.local.events.log_groups import write
from constructs_lib.local.metrics.measured.counting import count
from constructs_lib.local.patching import Patch

_SERVICE = "events.amazonaws.com"
_LOGS, _OF_MOTO = "logs", "events"
_ERRORS: Final = (
    ("FAILED_TO_ASSUME_ROLE", (NOT_TRUSTED,)),
    ("NO_PERMISSIONS", ("AccessDenied", "AuthorizationError", "Unauthorized", "Forbidden")),
    ("THROTTLING", ("Throttl", "TooManyRequests", "RequestLimitExceeded")),
    ("NO_RESOURCE", ("NotFound", "DoesNotExist", "NonExistent", "NoSuch")),
    ("INVALID_PARAMETER", ("Invalid", "Validation", "ClientException", "MalformedDetail")),
)
"""What EventBridge calls an error, by words of what the target's service calls it."""

_send = Rule.send_to_targets


class Targets:
    """The targets of all rules.

    Args:
        callers: makes clients with the rights of roles.
        deliverer: starts targets, again if it fails.
        admission: the policies of log groups, topics and queues, which let a rule without a role in.
        clock: tells when.
    """

    def __init__(self, callers: Callers, deliverer: Deliverer, admission: Admission, clock: Clock) -> None:
        self._callers = callers
        self._deliverer = deliverer
        self._admission = admission
        self._clock = clock
        self.lost: list[str] = []
        """What was not delivered, and why."""

    def patches(self) -> list[Patch]:
        """Let rules start their targets."""

        def send(rule: Any, original_event: Event, transform_input: bool = True) -> None:
            pattern = rule.event_pattern
            # A rule without a pattern has a schedule, and no event is meant for it; moto sends it all of them.
            if rule.state == "ENABLED" and pattern.get_pattern() and pattern.matches_event(original_event):
                self.start(rule, original_event, transform_input=transform_input)

        return [Patch(Rule, "send_to_targets", send)]

    def start(self, rule: Any, event: Event, *, transform_input: bool = True, at_once: bool = True) -> None:
        """Start the targets of a rule.

        Args:
            rule: moto's.
            event: as moto has it.
            transform_input: whether moto's own targets are to get what their templates make of it.
            at_once: whether they are started before this returns.
        """
        _measure(rule, "MatchedEvents", "TriggeredRules")
        of_moto = copy.copy(rule)
        of_moto.targets = [target for target in rule.targets if _service(target) == _OF_MOTO]
        if of_moto.targets:
            _send(of_moto, event, transform_input)
        for target in rule.targets:
            if _service(target) != _OF_MOTO:
                self._deliver(rule, target, as_sent(event), at_once=at_once)

    def _deliver(self, rule: Any, target: Target, event: Event, *, at_once: bool) -> None:
        def attempt(number: int) -> None:
            if number > 1:
                _measure(rule, "RetryInvocationAttempts")
            self._attempt(rule, target, event)

        self._deliverer.deliver(
            Delivery(
                source=rule.arn,
                target=target["Arn"],
                since=self._clock.now(),
                policy=RetryPolicy.of(target),
                send=attempt,
                helps=lambda problem: problem.passes,
                lost=lambda loss: self._lose(rule, target, event, loss),
            ),
            at_once=at_once,
        )

    def _attempt(self, rule: Any, target: Target, event: Event) -> None:
        role, service = target.get("RoleArn") or rule.role_arn, _service(target)
        if service not in DELIVERIES and service != _LOGS:
            raise ValueError(f"constructs-lib local: targets of {service} are not emulated")
        if not role and (problem := self._admission.problem(_SERVICE, target["Arn"], rule.arn)):
            raise DeniedError(problem)
        given = input_of(target, event, rule.arn)
        if service == _LOGS:
            write(rule.arn, target["Arn"], given, self._clock.now())
        else:
            DELIVERIES[service](self._client(rule, role), target, given)
        _measure(rule, "Invocations")

    def _lose(self, rule: Any, target: Target, event: Event, loss: Loss) -> None:
        self.lost.append(f"rule {rule.name}, target {target['Arn']}: {loss.problem.message}")
        _measure(rule, "Invocations", "FailedInvocations")
        if queue := target.get("DeadLetterConfig", {}).get("Arn"):
            try:
                self._send_dead_letter(rule, target, event, loss)
            except (BotoCoreError, ClientError, DeniedError) as error:
                self.lost.append(f"rule {rule.name}, dead-letter queue {queue}: {error}")
                _measure(rule, "InvocationsFailedToBeSentToDlq")
            else:
                _measure(rule, "InvocationsSentToDlq")

    def _send_dead_letter(self, rule: Any, target: Target, event: Event, loss: Loss) -> None:
        queue = target["DeadLetterConfig"]["Arn"]
        if problem := self._admission.problem(_SERVICE, queue, rule.arn):
            raise DeniedError(problem)
        attributes = {
            "RULE_ARN": rule.arn,
            "TARGET_ARN": target["Arn"],
            "ERROR_CODE": _error(loss.problem),
            "ERROR_MESSAGE": loss.problem.message,
            "EXHAUSTED_RETRY_CONDITION": loss.condition,
            "RETRY_ATTEMPTS": str(loss.retries),
        }
        sqs = self._client(rule, None)("sqs")
        sqs.send_message(
            QueueUrl=sqs.get_queue_url(QueueName=queue.rpartition(":")[2])["QueueUrl"],
            MessageBody=json.dumps(event, ensure_ascii=False),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value
            },
        )

    def _client(self, rule: Any, role: str | None) -> Client:
        location, arn = Location.of(rule.arn), str(rule.arn)
        return lambda service: self._callers.client(service, location, role=role, by=_SERVICE, source=arn)


def _error(problem: Problem) -> str:
    """What EventBridge calls an error."""
    found = (name for name, words in _ERRORS if any(word in problem.code for word in words))
    return next(found, "ERROR_FROM_TARGET")


def _measure(rule: Any, *names: str) -> None:
    """Count what a rule does; https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html."""
    for name in names:
        count(Location.of(rule.arn), "AWS/Events", name, {"RuleName": rule.name})


def _service(target: Target) -> str:
    return str(target["Arn"]).split(":")[2]
