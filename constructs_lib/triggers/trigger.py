"""What all triggers have: a target, and a queue for what could not be delivered."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.quantities import check_whole, in_seconds, known
from constructs_lib.limits import MAX_EVENT_AGE_SECONDS, MIN_EVENT_AGE_SECONDS
from constructs_lib.rules import Rule
from constructs_lib.triggers.dead_letters import DeadLetters

_HOURS: Final = 6
"""For which AWS tries, unless it is told how long."""


class Trigger(Construct):
    """Starts something by itself, and keeps what it could not start.

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        dead_letter_queue: the user's own, or None.
        alarm_topic: is told of the first dead letter, or None.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        dead_letter_queue: sqs.IQueue | None,
        alarm_topic: sns.ITopic | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._dead_letters = DeadLetters(self, "DeadLetters", queue=dead_letter_queue, alarm_topic=alarm_topic)
        self.dead_letter_queue: sqs.IQueue = self._dead_letters.queue
        """Where everything goes that AWS could not deliver in time."""
        self.alarm: cloudwatch.Alarm | None = self._dead_letters.alarm
        """On the first dead letter; None without a topic."""

    def metric_dead_letters(self, *, period: Duration | None = None, statistic: str | None = None) -> cloudwatch.Metric:
        """How many dead letters there are, for alarms and dashboards.

        Args:
            period: over which it is taken. Default: a minute.
            statistic: of a period. Default: the maximum.
        """
        return self._dead_letters.metric(period=period, statistic=statistic)


def age_of_events(place: ArgumentPath, max_age: Duration | None) -> Duration:
    """How long AWS tries to deliver; an age out of the range of EventBridge is refused.

    Args:
        place: the trigger.
        max_age: as given.
    """
    if max_age is None:
        return Duration.hours(_HOURS)
    place = place.of("max_age")
    seconds = known(place, in_seconds(place, max_age), "it is counted with while the app is built")
    check_whole(place, seconds, unit="seconds", rule=Rule.EVENT_AGE)
    lowest, highest = MIN_EVENT_AGE_SECONDS, MAX_EVENT_AGE_SECONDS
    check_range(place, seconds, lowest, highest, rule=Rule.EVENT_AGE, unit=" s", service="Amazon EventBridge")
    return max_age
