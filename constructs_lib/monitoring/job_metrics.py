"""Metrics of jobs, made from the events of AWS Batch."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.arns import definition_prefix
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.job_metrics import NAMESPACE, QUEUE_DIMENSION, JobMetric, QueueMetric, publishers
from constructs_lib.core.places import check_monitored
from constructs_lib.core.quantities import in_minutes, known, readable
from constructs_lib.limits import MAX_METRIC_FILTERS
from constructs_lib.monitoring.event_log import EventLog
from constructs_lib.monitoring.patterns import FILTERS_OF_JOBS, events_counted_by, jobs_counted_by
from constructs_lib.monitoring.snapshots import Snapshots
from constructs_lib.rules import Rule
from constructs_lib.workflows.fan_out.jobs.metrics import MeasuredFanOut, name_of_metrics

_EVERY: Final = 5
_LONGEST: Final = 60


@checked
class JobMetrics(Construct):
    """Publishes the metrics of jobs, which AWS Batch does not have, in the namespace ``ConstructsLib/Batch``.

    An EventBridge rule writes the events of the jobs into a log group, and metric filters count them by queue, and by
    fan-out. An express workflow asks AWS Batch now and then how many jobs wait, and how many vCPUs are in use. There is
    no function. The metrics themselves are ``metric_…`` methods of `JobQueue` and of fan-outs, and `QueueMetrics` for
    other queues. Each child of an array is a job; the array itself is not counted beside them. EventBridge may deliver
    an event twice, which then counts twice.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html and
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        queues: of this app or imported, in the account and region of the stack; each is published once in an app.
        environments: compute environments, whose state and maximum are asked for, too. Default: none.
        fan_outs: over AWS Batch, whose jobs get metrics of their own, besides those of their queue. Default: none.
        retention: of the events. Default: one month.
        encryption_key: of the log group with the events, which show commands and variables of jobs; CloudWatch Logs is
            allowed to use it. Default: the encryption of CloudWatch Logs.
        measure_every: how often the queues are asked, 1 to 60 minutes. Default: 5 minutes.
        measure_queues: whether the queues are asked at all. Default: they are; without, ``metric_waiting``,
            ``metric_front_seconds`` and ``metric_vcpus`` are empty.

    Raises:
        ConfigurationError: no queue, a queue of another region or whose metrics are published already, a fan-out whose
            job name is an expression, more fan-outs than a log group has metric filters for, or a time out of range.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        queues: Sequence[batch.IJobQueue],
        environments: Sequence[IComputeEnvironmentRef] = (),
        fan_outs: Sequence[MeasuredFanOut] = (),
        retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        encryption_key: kms.IKey | None = None,
        measure_every: Duration | None = None,
        measure_queues: bool = True,
    ) -> None:
        place = ArgumentPath("JobMetrics", scope, construct_id)
        self._place = place
        self._fan_outs: list[str] = []
        _check_queues(place.of("queues"), scope, queues)
        minutes = check_every(place.of("measure_every"), measure_every)
        super().__init__(scope, construct_id)
        self.queues: list[batch.IJobQueue] = list(queues)
        """Whose metrics it publishes."""
        log = EventLog(self, "Events", queues=queues, retention=retention, encryption_key=encryption_key)
        self.log_group: logs.LogGroup = log.log_group
        """The events of the jobs."""
        of_queue = {QUEUE_DIMENSION: _QUEUE}
        for what in JobMetric:
            self._count(what.value, what.value, jobs_counted_by(what, _OF_ANY_QUEUE), of_queue)
        blocked = QueueMetric.BLOCKED.value
        self._count(blocked, blocked, {events_counted_by(QueueMetric.BLOCKED): 1}, of_queue)
        for queue in queues:
            publishers(self)[queue.job_queue_arn] = self
        for index, fan_out in enumerate(fan_outs):
            self._add(place.of(f"fan_outs[{index}]"), fan_out)
        self.measured_every: float | None = minutes if measure_queues else None
        """How many minutes are between two measurements; None for no measurement."""
        if measure_queues:
            every = Duration.minutes(minutes)
            Snapshots(self, "Snapshots", queues=queues, environments=environments, every=every)

    def add_fan_out(self, fan_out: MeasuredFanOut) -> None:
        """Publish the metrics of the jobs of one more fan-out.

        Args:
            fan_out: one of its queues is among those of this construct.
        """
        self._add(self._place.of("add_fan_out"), fan_out)

    def _add(self, place: ArgumentPath, fan_out: MeasuredFanOut) -> None:
        jobs, name = fan_out.jobs_of_fan_out, name_of_metrics(fan_out)
        if name in self._fan_outs:
            return
        if jobs.job_name is None:
            raise Rule.FAN_OUT_NAME.error(
                place,
                got="a fan-out whose job_name is an expression",
                fix="Leave its job_name out, or pass a name.",
            )
        self._fan_outs.append(name)
        _check_filters(place, len(self._fan_outs))
        conditions = [f'$.detail.jobName = "{jobs.job_name}"']
        if jobs.job is not None:
            prefix = definition_prefix(self, jobs.job)
            conditions.append(f'$.detail.jobDefinition = "{f"{prefix}*" if prefix else jobs.job.job_definition_arn}"')
        for what in JobMetric:
            self._count(f"{name}{what.value}", f"{name}-{what.value}", jobs_counted_by(what, *conditions))
        publishers(self)[name] = self

    def _count(
        self, construct_id: str, name: str, patterns: Mapping[str, int], dimensions: dict[str, str] | None = None
    ) -> None:
        for index, (pattern, value) in enumerate(patterns.items()):
            logs.MetricFilter(
                self,
                f"{construct_id}{index or ''}",
                log_group=self.log_group,
                filter_pattern=logs.FilterPattern.literal(pattern),
                metric_namespace=NAMESPACE,
                metric_name=name,
                metric_value=str(value),
                dimensions=dimensions,
            )


_QUEUE: Final = "$.detail.jobQueue"
_OF_ANY_QUEUE: Final = f'{_QUEUE} = "*"'


def _check_queues(place: ArgumentPath, scope: Construct, queues: Sequence[batch.IJobQueue]) -> None:
    if not queues:
        raise Rule.MONITORED.error(place, got="no queue", fix="Pass the queues whose jobs are measured.")
    owners = {arn: publisher.node.path for arn, publisher in publishers(scope).items()}
    for index, queue in enumerate(queues):
        arn = queue.job_queue_arn
        if arn in owners:
            raise Rule.METRICS_ONCE.error(
                place.at(index),
                got=f"the queue {queue.node.path}, which {owners[arn] or 'the same list'} has already",
                fix="Leave it out: its metrics are the same, wherever they are published.",
            )
        owners[arn] = ""
        check_monitored(place.at(index), scope, queue, what="queue", arn=arn)


def _check_filters(place: ArgumentPath, count: int) -> None:
    most = (MAX_METRIC_FILTERS - FILTERS_OF_JOBS - 1) // FILTERS_OF_JOBS
    if count > most:
        raise Rule.METRIC_FILTERS.error(
            place,
            got=f"{count} fan-outs",
            expected=f"a log group has {MAX_METRIC_FILTERS} metric filters, enough for {most} fan-outs",
            fix="Make a second JobMetrics for some of the queues, with their fan-outs.",
        )


def check_every(place: ArgumentPath, every: Duration | None) -> float:
    """The minutes between two measurements; refuses what no schedule can be.

    Args:
        place: the argument.
        every: as passed by the user.
    """
    minutes = in_minutes(place, every) if every else _EVERY
    known(place, minutes, "a schedule is written in whole minutes")
    if minutes != int(minutes) or not 1 <= minutes <= _LONGEST:
        raise Rule.MEASURED_EVERY.error(
            place, got=f"{readable(minutes)} minutes", fix="Choose such a time, as Duration.minutes(5)."
        )
    return minutes
