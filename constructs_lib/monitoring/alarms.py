"""The alarms of a `Monitoring`: each says in its description what happened, and which command tells more.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html and
https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef
from constructs import Construct

from constructs_lib.core.alarm_topics import let_alarms_publish
from constructs_lib.core.job_metrics import EnvironmentMetric
from constructs_lib.core.quantities import as_text, readable
from constructs_lib.monitoring.environment_metrics import environment_metric
from constructs_lib.monitoring.thresholds import Thresholds
from constructs_lib.monitoring.watched import Watched
from constructs_lib.queues.queue_metrics import QueueMetrics

_SECONDS_PER_HOUR: Final = 3_600
_QUIET: Final = cloudwatch.TreatMissingData.NOT_BREACHING
_UNKNOWN: Final = cloudwatch.TreatMissingData.MISSING


class Alarms(Construct):
    """The alarms of some state machines, queues, environments and dead-letter queues.

    Metrics of what happened have no value while nothing happens, which is no alarm. Those that are measured have one
    every few minutes: without it the state of the alarm is INSUFFICIENT_DATA.

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        watched: what they are of.
        thresholds: when they go off.
        topic: that is notified when an alarm goes off; None for nobody.
        ok_topic: that is notified when an alarm is over; None for nobody.
        measured_every: how often queues and environments are asked; None if they are not.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        watched: Watched,
        thresholds: Thresholds,
        topic: sns.ITopic | None,
        ok_topic: sns.ITopic | None,
        measured_every: float | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.made: list[cloudwatch.Alarm] = []
        """In the order in which they were made."""
        self._thresholds = thresholds
        self._topic = topic
        self._ok_topic = ok_topic
        self._measured_every = measured_every
        for each in dict.fromkeys(filter(None, (topic, ok_topic))):
            let_alarms_publish(each)
        self._watch_machines(watched.machines)
        self._watch_queues(watched.queues)
        self._watch_environments(watched.environments)
        self._watch_dead_letters(watched.dead_letter_queues)

    def _watch_machines(self, machines: Mapping[str, sfn.IStateMachine]) -> None:
        most = self._thresholds.failed_executions
        if most is None:
            return
        for name, machine in machines.items():
            period = Duration.minutes(5)
            failed = {"Failed": machine.metric_failed, "TimedOut": machine.metric_timed_out}
            for outcome, metric in failed.items():
                what = "failed" if outcome == "Failed" else "timed out"
                self._add(
                    f"{name}{outcome}",
                    metric(period=period, statistic="Sum"),
                    most,
                    f"{readable(most)} or more executions of {machine.node.path} {what} in 5 minutes. Why, and what to "
                    "do: constructs-lib status shows the executions, constructs-lib why EXECUTION tells.",
                )

    def _watch_queues(self, queues: Mapping[str, batch.IJobQueue]) -> None:
        limits = self._thresholds
        for name, queue in queues.items():
            metrics, tells = QueueMetrics(queue=queue), f"constructs-lib why {queue.job_queue_arn}"
            if limits.failed_jobs_percent is not None:
                self._add(
                    f"{name}FailedJobs",
                    _share(metrics, limits.failed_jobs_of),
                    limits.failed_jobs_percent,
                    f"{readable(limits.failed_jobs_percent)} % or more of the jobs of {queue.node.path} that ended in "
                    f"15 minutes, {readable(limits.failed_jobs_of)} or more, failed. The reasons are on the dashboard; "
                    "why one failed: constructs-lib why JOB.",
                )
            if limits.blocked_queues:
                self._add(
                    f"{name}Blocked",
                    metrics.metric_blocked(period=Duration.minutes(15)),
                    1,
                    f"The first job of {queue.node.path} cannot start, and blocks those behind it. Why: {tells}",
                )
            if limits.waiting_hours is not None and self._measured_every is not None:
                self._add(
                    f"{name}Waiting",
                    metrics.metric_front_seconds(period=self._measured_period),
                    limits.waiting_hours * _SECONDS_PER_HOUR,
                    f"Jobs wait in {queue.node.path}, and none has started for {readable(limits.waiting_hours)} "
                    f"hours. Why: {tells}",
                    missing=_UNKNOWN,
                )

    def _watch_environments(self, environments: Mapping[str, IComputeEnvironmentRef]) -> None:
        if not self._thresholds.invalid_environments or self._measured_every is None:
            return
        for name, environment in environments.items():
            self._add(
                f"{name}Invalid",
                environment_metric(environment, EnvironmentMetric.INVALID, period=self._measured_period),
                1,
                f"The compute environment {environment.node.path} is INVALID: it starts no job. The reason stands in "
                "the console, and in: constructs-lib doctor",
                missing=_UNKNOWN,
            )

    def _watch_dead_letters(self, queues: Mapping[str, sqs.IQueue]) -> None:
        most = self._thresholds.dead_letters
        if most is None:
            return
        for name, queue in queues.items():
            self._add(
                f"{name}DeadLetters",
                queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(5), statistic="Maximum"),
                most,
                f"{queue.node.path} has {readable(most)} messages or more that could not be delivered. Each says in "
                "its attributes why: read them, mend the cause, and send them again.",
            )

    @property
    def _measured_period(self) -> Duration:
        # Three measurements, because a schedule is not punctual to the second.
        return Duration.minutes(3 * (self._measured_every or 1))

    def _add(
        self,
        construct_id: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        missing: cloudwatch.TreatMissingData = _QUIET,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=missing,
            alarm_description=description,
        )
        if self._topic:
            alarm.add_alarm_action(actions.SnsAction(self._topic))
        if self._ok_topic:
            alarm.add_ok_action(actions.SnsAction(self._ok_topic))
        self.made.append(alarm)


def _share(metrics: QueueMetrics, least: int) -> cloudwatch.MathExpression:
    """The percentage of failed jobs, and 0 if few have ended: one of one is no reason to wake anybody."""
    period = Duration.minutes(15)
    return cloudwatch.MathExpression(
        expression=f"IF(ended >= {as_text(least)}, share, 0)",
        using_metrics={
            "share": metrics.metric_failed_percent(period=period),
            "ended": metrics.metric_failed_percent(period=period, statistic="SampleCount"),
        },
        period=period,
        label="failed jobs, %",
    )
