"""A state machine or jobs for what is put into a bucket."""

import math
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.limits import MAX_EVENT_RETRIES, MAX_RECEIVE_COUNT
from constructs_lib.rules import Rule
from constructs_lib.triggers.batches import check_batch_size, seconds_of_window
from constructs_lib.triggers.bucket_events import tell_event_bridge
from constructs_lib.triggers.dead_letters import RETENTION_DAYS, check_dead_letter_queue
from constructs_lib.triggers.names import execution_name
from constructs_lib.triggers.own_output import check_own_output
from constructs_lib.triggers.pipe import Pipe
from constructs_lib.triggers.places import check_pipes, check_reach, check_source, warn_of_region
from constructs_lib.triggers.starter import Reading, Starter
from constructs_lib.triggers.submit_target import SubmitTarget
from constructs_lib.triggers.target import check_target
from constructs_lib.triggers.trigger import Trigger, age_of_events

_COLLECTED: Final = 100
_SECONDS: Final = 15
_VISIBILITY_SECONDS: Final = 120
"""For which a message is hidden while it is read: six times as long as a starter takes, as AWS recommends."""
_FEWEST_RECEIVES: Final = 3

# The marker of a folder, which the console makes, is no file that somebody uploads.
_OBJECTS: Final = (
    "$events := [$states.input.$parse(body)]; "
    "$objects := [$events[$not(object.size = 0 and $substring(object.key, -1) = '/')]]"
)
_IDENTITIES: Final = (
    "$objects.(bucket.name & ' ' & object.key & ' ' & object.sequencer & ' ' & object.etag & ' ' & object.`version-id`)"
)
_ANY: Final = f"({_OBJECTS}; $count($objects) > 0)"
_ONE: Final = Reading(
    when=_ANY,
    target_input=(
        f"({_OBJECTS}; $it := $objects[0]; {{'bucket': $it.bucket.name, 'key': $it.object.key, "
        "'size': $it.object.size, 'etag': $it.object.etag, 'items': [$it.object.key]})"
    ),
    name=f"({_OBJECTS}; {execution_name('$objects[0].object.key', _IDENTITIES)})",
)
_KEYS: Final = "[$distinct($objects.object.key)]"
_MANY: Final = Reading(
    when=_ANY,
    target_input=f"({_OBJECTS}; {{'bucket': $objects[0].bucket.name, 'items': {_KEYS}}})",
    name=f"({_OBJECTS}; "
    + execution_name(f"$string($count({_KEYS})) & '-objects'", f"$join($sort([{_IDENTITIES}]), ' ')")
    + ")",
)


@checked
class UploadTrigger(Trigger):
    """Starts an execution of a state machine, or submits a job, for each new object of a bucket.

    The input of an execution is ``{"bucket": …, "key": …, "size": …, "etag": …, "items": [key]}``, so that a fan-out
    over ``{% $states.input.items %}`` works as it is; the expressions of a `SubmitTarget` see the same. With
    ``collect``, objects that come within a while start one execution, of ``{"bucket": …, "items": [key, …]}``. Keys
    are verbatim, whatever their characters.

    Amazon S3 tells EventBridge, a rule puts it into a queue, a pipe takes it from there, and an express state machine
    starts the target under a name that is made of the object and its version: an event that AWS delivers twice, or
    late, starts one execution, and many at once wait in the queue for Step Functions to take them. A job that is
    submitted without a state machine may be submitted twice, and so may be an object in a collected list. What could
    not be started within ``max_age`` is in the dead-letter queue. Markers of folders, empty objects whose key ends with
    a slash, start nothing.
    Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html and
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        bucket: of this app, which then tells EventBridge of its objects; or imported, whose owner has to switch that
            on.
        target: a state machine, or a `SubmitTarget`; of this app or imported.
        prefix: of the keys. Default: all keys.
        suffix: of the keys, such as ``".csv"``. Default: all keys.
        collect: for how long objects are collected into one list, up to five minutes. Default: each object starts an
            execution of its own.
        collect_max: objects of a list, at most. AWS ends a list earlier when its events reach 256 KiB, about 150
            objects. Default: 100.
        enabled: whether it starts anything; while it does not, new objects are passed over. Default: it does.
        dead_letter_queue: a standard queue for what could not be started. Default: one is made, encrypted, which keeps
            messages for 14 days.
        alarm_topic: is told when there is a dead letter. Default: no alarm; `metric_dead_letters` is for your own.
        max_age: how long AWS tries to deliver an event, a minute to 24 hours. Default: 6 hours.

    Raises:
        ConfigurationError: a bucket or target of another account or region; a time, number or age that AWS would
            refuse; a target that writes, by its role, where it would be triggered; a ``SubmitTarget`` that AWS Batch
            would refuse.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket: s3.IBucket,
        target: sfn.IStateMachine | SubmitTarget,
        prefix: str = "",
        suffix: str = "",
        collect: Duration | None = None,
        collect_max: int | None = None,
        enabled: bool = True,
        dead_letter_queue: sqs.IQueue | None = None,
        alarm_topic: sns.ITopic | None = None,
        max_age: Duration | None = None,
    ) -> None:
        place = ArgumentPath("UploadTrigger", scope, construct_id)
        window = seconds_of_window(place.of("collect"), collect, lowest=1)
        _check_most(place.of("collect_max"), collect, collect_max)
        check_target(place, target, evaluated=True)
        check_pipes(place, scope)
        check_reach(place, scope, target)
        check_source(place.of("bucket"), scope, bucket, what="bucket", arn=bucket.bucket_arn)
        check_own_output(place, bucket, prefix, suffix, target)
        check_dead_letter_queue(place.of("dead_letter_queue"), dead_letter_queue)
        age = age_of_events(place, max_age)
        super().__init__(scope, construct_id, dead_letter_queue=dead_letter_queue, alarm_topic=alarm_topic)
        warn_of_region(self)
        tell_event_bridge(self, bucket)
        self.queue: sqs.Queue = self._queue(age, window)
        """Where events wait for the pipe."""
        self._dead_letters.let_rules_use_the_key()
        self.rule: events.Rule = self._rule(bucket, prefix, suffix, age=age, enabled=enabled)
        """The rule of EventBridge for new objects."""
        starter = Starter(
            self,
            "Starter",
            target=target,
            job_id=construct_id,
            reading=_MANY if collect else _ONE,
            seconds=_SECONDS,
        )
        self.pipe = Pipe(
            self,
            "Pipe",
            queue=self.queue,
            machine=starter,
            batch_size=(collect_max or _COLLECTED) if collect else 1,
            batch_seconds=window,
            enabled=True,  # what the rule has let through is delivered
        ).resource
        """The pipe of EventBridge Pipes."""

    def _queue(self, age: Duration, window: float) -> sqs.Queue:
        hidden = _VISIBILITY_SECONDS + window
        receives = math.ceil(age.to_seconds() / hidden)
        return sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(hidden),
            retention_period=Duration.days(RETENTION_DAYS),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letter_queue,
                max_receive_count=min(max(receives, _FEWEST_RECEIVES), MAX_RECEIVE_COUNT),
            ),
        )

    def _rule(self, bucket: s3.IBucket, prefix: str, suffix: str, *, age: Duration, enabled: bool) -> events.Rule:
        detail = {"bucket": {"name": [bucket.bucket_name]}, **_of_keys(prefix, suffix)}
        pattern = events.EventPattern(source=["aws.s3"], detail_type=["Object Created"], detail=detail)
        rule = events.Rule(
            self,
            "Rule",
            event_pattern=pattern,
            enabled=enabled,
            description=f"New objects for the trigger {self.node.path}"[:512],
        )
        rule.add_target(
            targets.SqsQueue(
                self.queue,
                message=events.RuleTargetInput.from_event_path("$.detail"),
                dead_letter_queue=self.dead_letter_queue,
                max_event_age=age,
                retry_attempts=MAX_EVENT_RETRIES,
            )
        )
        return rule


def _of_keys(prefix: str, suffix: str) -> dict[str, object]:
    """The part of a pattern about keys; an asterisk stands for any text only where there is a prefix and a suffix."""
    if prefix and suffix:
        before, after = (text.replace("\\", "\\\\").replace("*", "\\*") for text in (prefix, suffix))
        return {"object": {"key": [{"wildcard": f"{before}*{after}"}]}}
    if prefix or suffix:
        return {"object": {"key": [{"prefix": prefix} if prefix else {"suffix": suffix}]}}
    return {}


def _check_most(place: ArgumentPath, collect: Duration | None, most: int | None) -> None:
    check_batch_size(place, most)
    if most is not None and collect is None:
        raise Rule.BATCH_OF_MESSAGES.error(
            place,
            got=f"{most} without collect",
            expected="objects are collected for a time",
            fix="Pass collect, such as Duration.minutes(1), or leave collect_max out.",
        )
