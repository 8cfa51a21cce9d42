"""Gap: moto's rules start no state machines, jobs or functions, publish nothing, and send what disabled ones match.

A target is started by the rights of its role; what cannot be delivered goes to its dead-letter queue, if it has one.
"""

import copy
from collections.abc import Callable
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from moto.events.models import Rule

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.events.admission import Admission
from constructs_lib.local.events.deliveries import DELIVERIES, Target
from constructs_lib.local.events.inputs import Event, as_sent, input_of
from constructs_lib.local.events.log_groups import write
from constructs_lib.local.metrics.measured.counting import count
from constructs_lib.local.patching import Patch

_SERVICE = "events.amazonaws.com"
_LOGS = "logs"
_OWN = {_LOGS, *DELIVERIES}
"""The services whose targets are started here; the others are moto's."""

_send = Rule.send_to_targets


class Targets:
    """The targets of all rules.

    Args:
        environment: by which an account and region is reached.
        credentials: those of a role that EventBridge takes on for a rule; None when it may not, and nothing when all
            are allowed.
        admission: the policies of log groups, topics and queues, which let a rule without a role in.
        clock: tells when.
    """

    def __init__(
        self,
        environment: Callable[[Location], dict[str, str]],
        credentials: Callable[[str, str, str], dict[str, str] | None],
        admission: Admission,
        clock: Clock,
    ) -> None:
        self._environment = environment
        self._credentials = credentials
        self._admission = admission
        self._clock = clock
        self.lost: list[str] = []
        """What was not delivered, and why."""

    def patches(self) -> list[Patch]:
        """Let rules start their targets."""

        def send(rule: Any, original_event: Event, transform_input: bool = True) -> None:
            self._send(rule, original_event, transform_input=transform_input)

        return [Patch(Rule, "send_to_targets", send)]

    def _send(self, rule: Any, event: Event, *, transform_input: bool) -> None:
        pattern = rule.event_pattern
        # A rule without a pattern has a schedule, and no event is meant for it; moto sends it all of them.
        if rule.state != "ENABLED" or not pattern.get_pattern() or not pattern.matches_event(event):
            return
        _measure(rule, "MatchedEvents", "TriggeredRules")
        of_moto = copy.copy(rule)
        of_moto.targets = [target for target in rule.targets if _service(target) not in _OWN]
        if of_moto.targets:
            _send(of_moto, event, transform_input)
        for target in rule.targets:
            if _service(target) in _OWN:
                self._deliver(rule, target, as_sent(event))

    def _deliver(self, rule: Any, target: Target, event: Event) -> None:
        environment = self._environment(Location.of(rule.arn))
        if role := target.get("RoleArn") or rule.role_arn:
            session = self._credentials(role, _SERVICE, rule.arn)
            if session is None:
                self._lose(rule, target, event, f"{role} cannot be taken on by {_SERVICE}")
                return
            environment |= session
        elif problem := self._admission.problem(_SERVICE, target["Arn"], rule.arn):
            self._lose(rule, target, event, problem)
            return
        try:
            given = input_of(target, event, rule.arn)
            if _service(target) == _LOGS:
                write(rule.arn, target["Arn"], given, self._clock.now())
            else:
                DELIVERIES[_service(target)](lambda service: _client(service, environment), target, given)
        except (BotoCoreError, ClientError, KeyError, ValueError) as error:
            self._lose(rule, target, event, str(error))
        else:
            _measure(rule, "Invocations")

    def _lose(self, rule: Any, target: Target, event: Event, reason: str) -> None:
        self.lost.append(f"rule {rule.name}, target {target['Arn']}: {reason}")
        _measure(rule, "Invocations", "FailedInvocations")
        queue = target.get("DeadLetterConfig", {}).get("Arn")
        if queue:
            environment = self._environment(Location.of(rule.arn))
            _measure(rule, "InvocationsSentToDlq")
            DELIVERIES["sqs"](lambda service: _client(service, environment), {"Arn": queue}, event)


def _measure(rule: Any, *names: str) -> None:
    """Count what a rule does; https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html."""
    for name in names:
        count(Location.of(rule.arn), "AWS/Events", name, {"RuleName": rule.name})


def _service(target: Target) -> str:
    return str(target["Arn"]).split(":")[2]


def _client(service: str, environment: dict[str, str]) -> Any:
    return boto3.client(
        service,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=environment.get("AWS_SESSION_TOKEN"),
    )
