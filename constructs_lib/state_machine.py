"""The state machine that runs submits and fan-outs, with what starts it and who is told when it fails."""

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arguments import check_range
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.quantities import check_whole, in_seconds
from constructs_lib.limits import STEP_FUNCTIONS_EXECUTION_SECONDS
from constructs_lib.rules import Rule
from constructs_lib.workflows.logged_state_machine import LoggedStateMachine

if TYPE_CHECKING:
    from constructs_lib.monitoring.notifications.notifications import Notifications
    from constructs_lib.triggers.schedule_trigger import ScheduleTrigger
    from constructs_lib.triggers.upload_trigger import UploadTrigger


@checked
class BatchStateMachine(LoggedStateMachine):
    """A standard state machine with logs (without data) and traces, which stops its jobs when an execution is stopped.

    Its role has only the permissions that the states need; each `SubmitJob` and fan-out in it adds its own statements.
    ``schedule``, ``on_upload`` and ``on_failure`` make a `ScheduleTrigger`, an `UploadTrigger` and `Notifications`
    below it, as ``OnSchedule``, ``OnUpload`` and ``OnFailure``; make these yourself for what else they can.
    Sources: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html and
    https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        definition: the first state, a chain or a fan-out.
        timeout: of an execution. Default: no timeout; the execution ends with its jobs, which have timeouts of their
            own.
        log_retention: retention of the logs. Default: one month.
        role: the role of the state machine; statements are added to it. Default: a new role.
        comment: what the state machine does, for readers of the definition. Default: no comment.
        state_machine_name: physical name. Default: made by CloudFormation.
        schedule: when it is started, as for `ScheduleTrigger`; the input is ``{"scheduledTime": …}``. Default: never.
        on_upload: a bucket and a prefix of it, as in ``(bucket, "in/")``: each new object there starts it, as for
            `UploadTrigger`. Default: none does.
        on_failure: a topic that gets a message, which says what failed and why, for each execution that failed, timed
            out or was stopped, as of `Notifications`. Default: nobody is told.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: sfn.IChainable,
        timeout: Duration | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        role: iam.IRole | None = None,
        comment: str | None = None,
        state_machine_name: str | None = None,
        schedule: scheduler.ScheduleExpression | str | None = None,
        on_upload: tuple[s3.IBucket, str] | None = None,
        on_failure: sns.ITopic | None = None,
    ) -> None:
        _check_timeout(ArgumentPath("BatchStateMachine", scope, construct_id).of("timeout"), timeout)
        super().__init__(
            scope,
            construct_id,
            definition=definition,
            log_retention=log_retention,
            timeout=timeout,
            role=role,
            comment=comment,
            state_machine_name=state_machine_name,
        )
        self.schedule_trigger: ScheduleTrigger | None = None if schedule is None else _scheduled(self, schedule)
        """What ``schedule`` made."""
        self.upload_trigger: UploadTrigger | None = None if on_upload is None else _on_upload(self, *on_upload)
        """What ``on_upload`` made."""
        self.notifications: Notifications | None = None if on_failure is None else _on_failure(self, on_failure)
        """What ``on_failure`` made."""


# They are imported when they are asked for: they need a fifth of a second, and most state machines have none of them.


def _scheduled(machine: BatchStateMachine, schedule: scheduler.ScheduleExpression | str) -> "ScheduleTrigger":
    from constructs_lib.triggers.schedule_trigger import ScheduleTrigger  # noqa: PLC0415 - as said above

    return ScheduleTrigger(machine, "OnSchedule", schedule=schedule, target=machine)


def _on_upload(machine: BatchStateMachine, bucket: s3.IBucket, prefix: str) -> "UploadTrigger":
    from constructs_lib.triggers.upload_trigger import UploadTrigger  # noqa: PLC0415 - as said above

    return UploadTrigger(machine, "OnUpload", bucket=bucket, prefix=prefix, target=machine)


def _on_failure(machine: BatchStateMachine, topic: sns.ITopic) -> "Notifications":
    from constructs_lib.monitoring.notifications.notifications import Notifications  # noqa: PLC0415 - as said above

    return Notifications(machine, "OnFailure", topic=topic, machines=[machine])


def _check_timeout(place: ArgumentPath, timeout: Duration | None) -> None:
    seconds = in_seconds(place, timeout) if timeout else None
    check_whole(place, seconds, unit="seconds", rule=Rule.MACHINE_TIMEOUT)
    longest = STEP_FUNCTIONS_EXECUTION_SECONDS
    check_range(place, seconds, 1, longest, rule=Rule.MACHINE_TIMEOUT, unit=" s", service="Step Functions")
