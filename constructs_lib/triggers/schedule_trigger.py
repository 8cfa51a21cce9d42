"""A state machine or a job by the clock."""

import json
from collections.abc import Mapping
from typing import Any, Final

from aws_cdk import Aws, Duration, TimeZone
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.quantities import check_whole, in_minutes, known
from constructs_lib.limits import MAX_EVENT_RETRIES, MAX_FLEXIBLE_WINDOW_MINUTES, STEP_FUNCTIONS_PAYLOAD_BYTES
from constructs_lib.rules import Rule
from constructs_lib.triggers.dead_letters import check_dead_letter_queue
from constructs_lib.triggers.names import execution_name
from constructs_lib.triggers.places import check_reach
from constructs_lib.triggers.schedule_texts import check_schedule, check_time_zone
from constructs_lib.triggers.starter import Reading, Starter
from constructs_lib.triggers.submit_target import SubmitTarget
from constructs_lib.triggers.target import Target, check_target
from constructs_lib.triggers.trigger import Trigger, age_of_events

_UTC: Final = ("UTC", "Etc/UTC")
_SECONDS: Final = 210
"""For which the starter tries, of the 300 that an express execution may take."""
_TIME: Final = "$states.input.time"
_READING: Final = Reading(
    target_input="$states.input.input",
    # What is scheduled comes once for each time; the id that EventBridge Scheduler gives is one of an attempt.
    name=execution_name(f"$states.input.id & '-' & {_TIME}", f"$states.input.schedule & ' ' & {_TIME}"),
)


@checked
class ScheduleTrigger(Trigger):
    """Starts an execution of a state machine, or submits a job, at times of EventBridge Scheduler.

    AWS delivers at least once. An execution has a name that is made of the scheduled time, so that one time starts one
    execution; a job that is submitted without a state machine may be submitted twice. What AWS could not deliver within
    ``max_age`` is in the dead-letter queue, with the reason.

    An execution gets its name by an express state machine between the schedule and the target, because EventBridge
    Scheduler has nothing to make one of: the scheduled time has colons in it, which a name may not have. A
    `SubmitTarget` is called directly.
    Sources: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html and
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        schedule: a ``ScheduleExpression`` of aws-cdk-lib, or its text: ``"rate(1 day)"``, ``"cron(0 3 * * ? *)"`` or,
            for one time, ``"at(2027-01-31T03:00:00)"``.
        target: a state machine, or a `SubmitTarget`; of this app or imported.
        input: of the execution, as an object of JSON. ``<aws.scheduler.scheduled-time>`` in it becomes the time in
            UTC, as in ``2027-01-31T03:00:00Z``. Default: ``{"scheduledTime": "<aws.scheduler.scheduled-time>"}``.
        time_zone: in which the times are meant, such as ``"Europe/Berlin"``; EventBridge Scheduler follows its summer
            time. Default: that of the ``ScheduleExpression``, or UTC.
        flexible_window: within which AWS may choose the moment, 1 minute to 24 hours, so that not everything starts
            at once. Default: none, it starts within the minute.
        enabled: whether it starts anything. Default: it does.
        dead_letter_queue: a standard queue for what could not be delivered. Default: one is made, encrypted, which
            keeps messages for 14 days.
        alarm_topic: is told when there is a dead letter. Default: no alarm; `metric_dead_letters` is for your own.
        max_age: how long AWS tries to deliver, a minute to 24 hours. Default: 6 hours.

    Raises:
        ConfigurationError: a schedule, time zone, window, age or input that EventBridge Scheduler would refuse; a
            ``SubmitTarget`` that AWS Batch would refuse, or with an expression, which nobody would evaluate.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        schedule: scheduler.ScheduleExpression | str,
        target: sfn.IStateMachine | SubmitTarget,
        input: Mapping[str, Any] | None = None,  # noqa: A002 - as AWS calls it
        time_zone: str | None = None,
        flexible_window: Duration | None = None,
        enabled: bool = True,
        dead_letter_queue: sqs.IQueue | None = None,
        alarm_topic: sns.ITopic | None = None,
        max_age: Duration | None = None,
    ) -> None:
        place = ArgumentPath("ScheduleTrigger", scope, construct_id)
        expression = _expression(place, schedule, time_zone)
        window = _window(place.of("flexible_window"), flexible_window)
        check_target(place, target, evaluated=False)
        check_reach(place, scope, target)
        _check_input(place.of("input"), target, input)
        check_dead_letter_queue(place.of("dead_letter_queue"), dead_letter_queue)
        age = age_of_events(place, max_age)
        super().__init__(scope, construct_id, dead_letter_queue=dead_letter_queue, alarm_topic=alarm_topic)
        self.role: iam.Role = _role(self)
        """What EventBridge Scheduler works with: it may start the one target, and send dead letters."""
        self.schedule: scheduler.Schedule = scheduler.Schedule(
            self,
            "Schedule",
            schedule=expression,
            time_window=window,
            enabled=enabled,
            description=f"Of the trigger {self.node.path}"[:512],
            target=self._delivery(target, input, age),
        )
        """The schedule of EventBridge Scheduler."""
        # A rate begins at once, and its first delivery needs all rights.
        self.schedule.node.add_dependency(self.role.node.find_child("DefaultPolicy"))

    def _delivery(self, target: Target, given: Mapping[str, Any] | None, age: Duration) -> scheduler.IScheduleTarget:
        construct_id = self.node.id
        common: dict[str, Any] = {
            "role": self.role,
            "dead_letter_queue": self.dead_letter_queue,
            "max_event_age": age,
            "retry_attempts": MAX_EVENT_RETRIES,
        }
        for statement in self._dead_letters.key_statements():  # aws-cdk-lib adds the right to send
            self.role.add_to_policy(statement)
        if isinstance(target, SubmitTarget):
            return targets.Universal(
                service="batch",
                action="submitJob",
                input=scheduler.ScheduleTargetInput.from_object(target.request(self, construct_id)),
                policy_statements=target.statements(self),
                **common,
            )
        starter = Starter(
            self,
            "Starter",
            target=target,
            job_id=construct_id,
            reading=_READING,
            dead_letters=self._dead_letters,
            seconds=_SECONDS,
        )
        time = scheduler.ContextAttribute.scheduled_time
        sent = {
            "id": construct_id,
            "schedule": scheduler.ContextAttribute.schedule_arn,
            "time": time,
            "input": {"scheduledTime": time} if given is None else given,
        }
        return targets.StepFunctionsStartExecution(
            starter, input=scheduler.ScheduleTargetInput.from_object(sent), **common
        )


def _expression(
    place: ArgumentPath, schedule: scheduler.ScheduleExpression | str, time_zone: str | None
) -> scheduler.ScheduleExpression:
    check_time_zone(place.of("time_zone"), time_zone)
    if isinstance(schedule, str):
        check_schedule(place.of("schedule"), schedule)
        text, own = schedule, None
    else:
        text, own = schedule.expression_string, schedule.time_zone
        check_schedule(place.of("schedule"), text)
    if own is not None and time_zone is not None and own.timezone_name not in {*_UTC, time_zone}:
        raise Rule.TIME_ZONE.error(
            place.of("time_zone"),
            got=f"{time_zone!r} for a ScheduleExpression with {own.timezone_name!r}",
            expected="a schedule has one time zone",
            fix="Leave one of them out.",
        )
    zone = TimeZone.of(time_zone) if time_zone else own
    return scheduler.ScheduleExpression.expression(text, zone)


def _window(place: ArgumentPath, window: Duration | None) -> scheduler.TimeWindow:
    if window is None:
        return scheduler.TimeWindow.off()
    minutes = known(place, in_minutes(place, window), "aws-cdk-lib looks at it while the app is built")
    check_whole(place, minutes, unit="minutes", rule=Rule.FLEXIBLE_WINDOW)
    longest = MAX_FLEXIBLE_WINDOW_MINUTES
    check_range(place, minutes, 1, longest, rule=Rule.FLEXIBLE_WINDOW, unit=" minutes", service="EventBridge Scheduler")
    return scheduler.TimeWindow.flexible(window)


def _check_input(place: ArgumentPath, target: Target, given: Mapping[str, Any] | None) -> None:
    if given is None:
        return
    if isinstance(target, SubmitTarget):
        raise Rule.TRIGGER_INPUT.error(
            place,
            got="an input for jobs",
            expected="jobs that are submitted without a state machine have parameters and variables instead",
            fix="Pass parameters or environment to the SubmitTarget.",
        )
    try:
        size = len(json.dumps(dict(given), allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise Rule.TRIGGER_INPUT.error(
            place,
            got=f"what JSON cannot say: {error}",
            expected="the input of an execution is JSON",
            fix="Use dicts, lists, texts, numbers, True, False and None.",
        ) from error
    if size > STEP_FUNCTIONS_PAYLOAD_BYTES:
        raise Rule.TRIGGER_INPUT.error(
            place,
            got=f"{size:,} bytes",
            expected=f"the input of an execution has {STEP_FUNCTIONS_PAYLOAD_BYTES:,} at most",
            fix="Put it into S3, and pass its bucket and key.",
        )


def _role(scope: Construct) -> iam.Role:
    # The group of schedules is as narrow as AWS gets:
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    group = f"arn:{Aws.PARTITION}:scheduler:{Aws.REGION}:{Aws.ACCOUNT_ID}:schedule-group/default"
    conditions = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID, "aws:SourceArn": group}}
    trusted = iam.ServicePrincipal("scheduler.amazonaws.com", conditions=conditions)
    return iam.Role(scope, "Role", assumed_by=trusted, description="Of a schedule: starts its target")
