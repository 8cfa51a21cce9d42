"""Arguments of `Notifications`."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from aws_cdk import aws_events as events
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.places import check_monitored
from constructs_lib.core.quantities import check_whole, in_seconds, known, readable
from constructs_lib.limits import EVENT_PATTERN_CHARACTERS
from constructs_lib.monitoring.notifications.occasion import Occasion
from constructs_lib.rules import Rule

_SHORTEST_SECONDS: Final = 60
_LONGEST_SECONDS: Final = 86_400
# A pattern without names has less than 500 characters, and an ARN with the longest name less than 220.
_MOST_NAMES: Final = (EVENT_PATTERN_CHARACTERS - 500) // 220


def check_something(
    place: ArgumentPath,
    *,
    topic: sns.ITopic | None,
    targets: Sequence[events.IRuleTarget],
    machines: Sequence[sfn.IStateMachine],
    queues: Sequence[batch.IJobQueue],
    on: Sequence[Occasion],
) -> None:
    """Refuse notifications without a recipient, or about nothing."""
    if topic is None and not targets:
        raise Rule.RECIPIENT.error(
            place, got="neither topic nor targets", fix="Pass a topic, such as topic=sns.Topic(self, 'Alerts')."
        )
    for name, watched in (("machines", machines), ("queues", queues)):
        _check_each_once(place.of(name), watched)
    of_executions = [occasion for occasion in on if occasion.of_execution]
    if not (machines and of_executions) and not (queues and len(of_executions) < len(on)):
        raise Rule.OCCASIONS.error(
            place,
            got=f"{len(machines)} machines, {len(queues)} queues, on={[str(occasion) for occasion in on]}",
            fix="Pass machines for messages about executions, and queues for those about jobs and queues.",
        )


def _check_each_once(place: ArgumentPath, watched: Sequence[object]) -> None:
    if len(set(watched)) < len(watched):
        raise Rule.NOTIFIED_ONCE.error(
            place, got=f"{len(watched)}, {len(set(watched))} of them different", fix="Pass each one once."
        )
    if len(watched) > _MOST_NAMES:
        raise Rule.NOTIFIED_MANY.error(
            place,
            got=f"{len(watched)}",
            expected=f"the pattern of an event rule has {EVENT_PATTERN_CHARACTERS:,} characters, for {_MOST_NAMES}",
            fix="Make several Notifications, one for each part of them.",
        )


def check_places(
    place: ArgumentPath, scope: Construct, machines: Sequence[sfn.IStateMachine], queues: Sequence[batch.IJobQueue]
) -> None:
    """Refuse state machines and queues whose events do not come to the stack."""
    for index, machine in enumerate(machines):
        where = place.of("machines").at(index)
        check_monitored(where, scope, machine, what="state machine", arn=machine.state_machine_arn)
    for index, queue in enumerate(queues):
        check_monitored(place.of("queues").at(index), scope, queue, what="queue", arn=queue.job_queue_arn)


def check_collect(place: ArgumentPath, collect: Duration) -> int:
    """The seconds for which jobs are collected; refuses fractions of a second, and times out of range."""
    seconds = known(place, in_seconds(place, collect), "the name of a message is made of it")
    check_whole(place, seconds, unit="seconds", rule=Rule.COLLECT_TIME)
    if not _SHORTEST_SECONDS <= seconds <= _LONGEST_SECONDS:
        raise Rule.COLLECT_TIME.error(
            place,
            got=f"{readable(seconds)} s",
            expected=f"jobs are collected for {_SHORTEST_SECONDS} to {_LONGEST_SECONDS:,} s",
            fix="Choose a time in this range, such as Duration.minutes(5).",
        )
    return int(seconds)
