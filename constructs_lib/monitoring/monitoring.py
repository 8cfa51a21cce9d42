"""A dashboard and alarms for pipelines over AWS Batch."""

from collections.abc import Iterable, Sequence

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.job_metrics import publishers
from constructs_lib.core.places import check_monitored
from constructs_lib.core.quantities import known, readable
from constructs_lib.monitoring.alarms import Alarms
from constructs_lib.monitoring.board import Board
from constructs_lib.monitoring.console import Console
from constructs_lib.monitoring.job_metrics import JobMetrics, check_every
from constructs_lib.monitoring.prices import FARGATE_VCPU_HOUR_USD, Price
from constructs_lib.monitoring.snapshots import Snapshots
from constructs_lib.monitoring.thresholds import Thresholds
from constructs_lib.monitoring.watched import Watched
from constructs_lib.rules import Rule
from constructs_lib.workflows.fan_out.jobs.metrics import MeasuredFanOut


@checked
class Monitoring(Construct):
    """A CloudWatch dashboard and alarms for a pipeline: its state machines, queues and compute environments.

    It publishes the metrics of jobs that the dashboard shows by `JobMetrics`, once for each queue of an app: a second
    `Monitoring` of the same queue, or a `JobMetrics` that was made before, is used. Everything works with what is
    imported, in the account and region of the stack. There is no function. The alarms notify ``alarm_topic``; a topic
    of this app gets the right for it, and so does its key.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html,
    https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html and
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        machines: state machines of the pipeline; the last executions of a `BatchStateMachine` are listed. Default:
            none.
        queues: job queues of the pipeline. Default: those of ``fan_outs``.
        environments: compute environments of the pipeline. Default: those of the queues, as far as the app knows them.
        fan_outs: whose jobs get metrics of their own; their queues are among ``queues`` without being named. Default:
            none.
        dead_letter_queues: of triggers and rules of the pipeline. Default: none.
        alarm_topic: that is notified when an alarm goes off. Default: nobody; the dashboard shows their state.
        ok_topic: that is notified when an alarm is over, such as the same topic. Default: nobody.
        failed_executions: how many executions of a state machine have to fail, or to time out, in 5 minutes for an
            alarm. Default: 1. None makes no alarm.
        failed_jobs_percent: how many percent of the jobs of a queue that ended in 15 minutes have to have failed for an
            alarm. Default: 10. None makes no alarm.
        failed_jobs_of: how many jobs have to have ended for that. Default: 10.
        blocked_queues: whether there is an alarm when AWS Batch says that a queue is blocked. Default: there is.
        waiting_hours: after how many hours in which jobs wait and none starts there is an alarm. Default: 3. None makes
            no alarm.
        invalid_environments: whether there is an alarm when an environment is INVALID. Default: there is.
        dead_letters: how many messages a dead-letter queue has to have for an alarm. Default: 1. None makes no alarm.
        usd_per_vcpu_hour: what a vCPU with its memory costs, for the estimates of the dashboard. Default: Fargate on
            demand in us-east-1, with 2 GB for each vCPU.
        dashboard_name: physical name. Default: made by CloudFormation.
        retention: of the events of jobs. Default: one month.
        encryption_key: of the log group with these events. Default: the encryption of CloudWatch Logs.
        measure_every: how often queues and environments are asked what no event tells, 1 to 60 minutes. Default: 5
            minutes.
        measure_queues: whether they are asked at all. Default: they are; without, the dashboard shows no waiting jobs
            and no vCPUs, and there are no alarms of waiting jobs and INVALID environments.

    Raises:
        ConfigurationError: nothing to monitor, a threshold that is always or never reached, a state machine of
            another account or region, or what `JobMetrics` refuses.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        machines: Sequence[sfn.IStateMachine] = (),
        queues: Sequence[batch.IJobQueue] = (),
        environments: Sequence[IComputeEnvironmentRef] | None = None,
        fan_outs: Sequence[MeasuredFanOut] = (),
        dead_letter_queues: Sequence[sqs.IQueue] = (),
        alarm_topic: sns.ITopic | None = None,
        ok_topic: sns.ITopic | None = None,
        failed_executions: int | None = 1,
        failed_jobs_percent: float | None = 10,
        failed_jobs_of: int = 10,
        blocked_queues: bool = True,
        waiting_hours: float | None = 3,
        invalid_environments: bool = True,
        dead_letters: int | None = 1,
        usd_per_vcpu_hour: float = FARGATE_VCPU_HOUR_USD,
        dashboard_name: str | None = None,
        retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        encryption_key: kms.IKey | None = None,
        measure_every: Duration | None = None,
        measure_queues: bool = True,
    ) -> None:
        place = ArgumentPath("Monitoring", scope, construct_id)
        thresholds = Thresholds(
            failed_executions=failed_executions,
            failed_jobs_percent=failed_jobs_percent,
            failed_jobs_of=failed_jobs_of,
            blocked_queues=blocked_queues,
            waiting_hours=waiting_hours,
            invalid_environments=invalid_environments,
            dead_letters=dead_letters,
        )
        thresholds.check(place)
        minutes = check_every(place.of("measure_every"), measure_every)
        price = known(place.of("usd_per_vcpu_hour"), usd_per_vcpu_hour, "it is a part of expressions of the dashboard")
        if price <= 0:
            fix = "Pass what a vCPU with its memory costs an hour, or leave it out for the price of Fargate."
            raise Rule.PRICE.error(place.of("usd_per_vcpu_hour"), got=readable(price), fix=fix)
        watched = Watched.of(
            machines=machines,
            queues=queues,
            environments=environments,
            fan_outs=fan_outs,
            dead_letter_queues=dead_letter_queues,
        )
        if watched.is_empty:
            raise Rule.MONITORED.error(
                place, got="nothing", fix="Pass the state machines and the queues of a pipeline."
            )
        for index, machine in enumerate(machines):
            where = place.of("machines").at(index)
            check_monitored(where, scope, machine, what="state machine", arn=machine.state_machine_arn)
        super().__init__(scope, construct_id)
        self.job_metrics: JobMetrics | None = None
        """What publishes the metrics of its queues; None if others publish those of all of them."""
        shown = list(watched.environments.values())
        own = [queue for queue in watched.queues.values() if queue.job_queue_arn not in publishers(self)]
        if own:
            self.job_metrics = JobMetrics(
                self,
                "JobMetrics",
                queues=own,
                environments=shown,
                retention=retention,
                encryption_key=encryption_key,
                measure_every=measure_every,
                measure_queues=measure_queues,
            )
        elif shown and measure_queues:
            # Others may measure them, too: the metrics have the highest value, and are the same.
            Snapshots(self, "Snapshots", queues=[], environments=shown, every=Duration.minutes(minutes))
        published_by = _publishers(self, watched.queues.values())
        for fan_out in watched.fan_outs.values():
            for publisher in _publishers(self, fan_out.jobs_of_fan_out.queues):
                publisher.add_fan_out(fan_out)
        every = [minutes if measure_queues else None, *(publisher.measured_every for publisher in published_by)]
        measured_every = None if None in every else max(filter(None, every))
        self.alarms: list[cloudwatch.Alarm] = Alarms(
            self,
            "Alarms",
            watched=watched,
            thresholds=thresholds,
            topic=alarm_topic,
            ok_topic=ok_topic,
            measured_every=measured_every,
        ).made
        """Those that are not left out: of state machines, queues, environments and dead letters, in this order."""
        board = Board(
            title=self.node.path,
            watched=watched,
            alarms=self.alarms,
            event_logs=[publisher.log_group.log_group_name for publisher in published_by],
            measured=measured_every is not None,
            usd_per_vcpu_hour=usd_per_vcpu_hour,
            console=Console(self),
        )
        self.dashboard: cloudwatch.Dashboard = cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=dashboard_name,
            default_interval=Duration.days(1),
            widgets=board.rows(),
        )
        self._own_price = Price(
            queues=len(own),
            environments=len(shown) if measured_every is not None else 0,
            fan_outs=len(watched.fan_outs),
            alarms=len(self.alarms),
            shares=len(watched.queues) if failed_jobs_percent is not None else 0,
            measured_every=measured_every,
        )

    def monthly_price_usd(self, *, jobs: int) -> float:
        """What it costs a month at most, in US dollars, at the list prices of us-east-1.

        That is with jobs in every hour: CloudWatch charges for metrics only while they have values. Queries of the
        dashboard are not among it: 0.005 for each gigabyte of events that one searches.

        Args:
            jobs: how many jobs run a month, of one attempt each; each child of an array is one.
        """
        return self._own_price.monthly_usd(jobs)


def _publishers(scope: Construct, queues: Iterable[batch.IJobQueue]) -> list[JobMetrics]:
    """What publishes the metrics of queues, each once."""
    found = dict.fromkeys(publishers(scope)[queue.job_queue_arn] for queue in queues)
    return [each for each in found if isinstance(each, JobMetrics)]
