"""The widgets of a `Monitoring`'s dashboard.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib.core.job_metrics import EnvironmentMetric
from constructs_lib.core.quantities import as_text
from constructs_lib.monitoring import queries
from constructs_lib.monitoring.console import Console
from constructs_lib.monitoring.environment_metrics import environment_metric
from constructs_lib.monitoring.watched import Watched
from constructs_lib.queues.queue_metrics import QueueMetrics

Row = list[cloudwatch.IWidget]

_WIDE: Final = 24
_HALF: Final = 12
_THIRD: Final = 8
_HIGH: Final = 6
_LOW: Final = 4
# Of CloudWatch's palette: what is good is green, what failed red, what waits orange.
_GREEN, _RED, _ORANGE, _BLUE, _GREY = "#2ca02c", "#d62728", "#ff7f0e", "#1f77b4", "#7f7f7f"


@dataclass(frozen=True, kw_only=True)
class Board:
    """What a dashboard shows.

    Args:
        title: of the dashboard.
        watched: what it is about.
        alarms: whose state is shown.
        event_logs: names of the log groups with the events of the jobs.
        measured: whether queues and environments are measured.
        usd_per_vcpu_hour: the price of a vCPU with its memory.
        console: for links.
    """

    title: str
    watched: Watched
    alarms: Sequence[cloudwatch.Alarm]
    event_logs: Sequence[str]
    measured: bool
    usd_per_vcpu_hour: float
    console: Console
    _of_queues: dict[str, QueueMetrics] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._of_queues.update({label: QueueMetrics(queue=queue) for label, queue in self.watched.queues.items()})

    def rows(self) -> list[Row]:
        """The widgets from top to bottom, each row of full width."""
        return [*self._head(), *self._executions(), *self._jobs(), *self._capacity(), *self._details()]

    def _head(self) -> Iterator[Row]:
        yield [cloudwatch.TextWidget(markdown=self._links(), width=_WIDE, height=3)]
        state: Row = []
        width = _HALF if self.alarms and self.measured else _WIDE
        if self.alarms:
            state.append(
                cloudwatch.AlarmStatusWidget(alarms=list(self.alarms), title="Alarms", width=width, height=_LOW)
            )
        if self.measured and self.watched.queues:
            state.append(
                cloudwatch.SingleValueWidget(
                    title="Queues now",
                    metrics=[
                        metric
                        for label, queue in self._of_queues.items()
                        for metric in (
                            queue.metric_waiting(label=f"{label}: jobs waiting, up to 100"),
                            queue.metric_front_seconds(label=f"{label}: first one waits, s"),
                            queue.metric_vcpus(label=f"{label}: vCPUs in use"),
                        )
                    ],
                    width=width,
                    height=_LOW,
                )
            )
        if state:
            yield state

    def _links(self) -> str:
        links = [
            *(f"[{label}]({self.console.machine(machine)})" for label, machine in self.watched.machines.items()),
            *(f"[{label}]({self.console.queue(queue)})" for label, queue in self.watched.queues.items()),
            *(f"[{label}]({self.console.environment(each)})" for label, each in self.watched.environments.items()),
        ]
        return (
            f"# {self.title}\n{' · '.join(links)}\n\n"
            "Why something waits or failed: `constructs-lib why JOB|EXECUTION|QUEUE`. "
            "Run what failed again: `constructs-lib rerun EXECUTION`."
        )

    def _executions(self) -> Iterator[Row]:
        machines = self.watched.machines
        if not machines:
            return
        colors = [_GREEN, _RED, _ORANGE, _GREY] if len(machines) == 1 else [None] * 4
        outcomes = cloudwatch.GraphWidget(
            title="Executions by outcome",
            left=[metric for label, machine in machines.items() for metric in _outcomes(label, machine, colors)],
            stacked=True,
            width=_HALF,
            height=_HIGH,
        )
        logs = self.watched.machine_logs
        yield [outcomes, *([self._log("Last executions", logs, queries.last_executions())] if logs else [])]

    def _jobs(self) -> Iterator[Row]:
        if not self.watched.queues:
            return
        yield [
            cloudwatch.GraphWidget(
                title="Jobs",
                left=[
                    metric
                    for label, queue in self._of_queues.items()
                    for metric in (
                        queue.metric_submitted(label=f"{label}: submitted", color=self._color(_GREY)),
                        queue.metric_started(label=f"{label}: started", color=self._color(_BLUE)),
                        queue.metric_succeeded(label=f"{label}: succeeded", color=self._color(_GREEN)),
                        queue.metric_failed(label=f"{label}: failed", color=self._color(_RED)),
                        queue.metric_retried(label=f"{label}: retried", color=self._color(_ORANGE)),
                    )
                ],
                width=_THIRD * 2,
                height=_HIGH,
            ),
            cloudwatch.GraphWidget(
                title="Failed jobs, % of those that ended",
                left=[queue.metric_failed_percent(label=label) for label, queue in self._of_queues.items()],
                left_y_axis=cloudwatch.YAxisProps(min=0, max=100),
                width=_THIRD,
                height=_HIGH,
            ),
        ]
        if self.watched.fan_outs:
            yield [
                cloudwatch.GraphWidget(
                    title="Jobs of fan-outs",
                    left=[
                        metric
                        for label, fan_out in self.watched.fan_outs.items()
                        for metric in (
                            fan_out.metric_started(label=f"{label}: started"),
                            fan_out.metric_succeeded(label=f"{label}: succeeded"),
                            fan_out.metric_failed(label=f"{label}: failed"),
                        )
                    ],
                    width=_WIDE,
                    height=_HIGH,
                )
            ]

    def _capacity(self) -> Iterator[Row]:
        if not self.watched.queues:
            return
        blocked = cloudwatch.GraphWidget(
            title="Events of blocked queues",
            left=[queue.metric_blocked(label=label) for label, queue in self._of_queues.items()],
            width=_THIRD,
            height=_HIGH,
        )
        if not self.measured:
            yield [blocked]
            return
        yield [
            cloudwatch.GraphWidget(
                title="Waiting jobs, up to 100, and how long the first one waits",
                left=[queue.metric_waiting(label=f"{label}: jobs") for label, queue in self._of_queues.items()],
                right=[
                    queue.metric_front_seconds(label=f"{label}: seconds, first one", color=self._color(_ORANGE))
                    for label, queue in self._of_queues.items()
                ],
                width=_THIRD * 2,
                height=_HIGH,
            ),
            blocked,
        ]
        yield [
            cloudwatch.GraphWidget(
                title="vCPUs in use, and the maximum",
                left=[
                    *(queue.metric_vcpus(label=f"{label}: in use") for label, queue in self._of_queues.items()),
                    *(
                        environment_metric(each, EnvironmentMetric.MAX_VCPUS, label=f"{label}: maximum")
                        for label, each in self.watched.environments.items()
                    ),
                ],
                width=_HALF,
                height=_HIGH,
            ),
            cloudwatch.GraphWidget(
                title="Cost of the vCPUs in use, estimated, USD in the last 30 days",
                left=[self._cost()],
                start="-P30D",
                width=_HALF,
                height=_HIGH,
            ),
        ]

    def _color(self, color: str) -> str | None:
        """The color of a line, unless there would be several of one color."""
        return color if len(self.watched.queues) == 1 else None

    def _cost(self) -> cloudwatch.MathExpression:
        """The average of an hour is the number of vCPU hours; an hour without a value has none."""
        hour = Duration.hours(1)
        used = {
            f"vcpus{index}": queue.metric_vcpus(period=hour, statistic="Average")
            for index, queue in enumerate(self._of_queues.values())
        }
        together = " + ".join(f"FILL({name}, 0)" for name in used)
        return cloudwatch.MathExpression(
            expression=f"RUNNING_SUM(({together}) * {as_text(self.usd_per_vcpu_hour)})",
            using_metrics=used,
            period=hour,
            label="USD",
        )

    def _details(self) -> Iterator[Row]:
        arns = [queue.job_queue_arn for queue in self.watched.queues.values()]
        if self.watched.dead_letter_queues:
            yield [
                cloudwatch.GraphWidget(
                    title="Dead letters",
                    left=[
                        queue.metric_approximate_number_of_messages_visible(
                            label=label, statistic="Maximum", color=_RED
                        )
                        for label, queue in self.watched.dead_letter_queues.items()
                    ],
                    width=_WIDE,
                    height=_LOW,
                )
            ]
        if not arns:
            return
        logs, price = self.event_logs, as_text(self.usd_per_vcpu_hour)
        yield [
            self._log("Last failed jobs", logs, queries.failed_jobs(arns)),
            self._log("Reasons of failures", logs, queries.reasons_of_failures(arns)),
        ]
        yield [
            self._log("Jobs that wait the longest", logs, queries.waiting_jobs(arns)),
            self._log("Jobs that blocked a queue", logs, queries.blocking_jobs(arns)),
        ]
        yield [
            self._log("Wait and run times, in seconds", logs, queries.times_of_jobs(arns)),
            self._log("vCPU hours and cost of ended jobs", logs, queries.vcpu_hours_of_jobs(arns, price)),
        ]

    @staticmethod
    def _log(title: str, log_groups: Sequence[str], query: queries.Query) -> cloudwatch.LogQueryWidget:
        return cloudwatch.LogQueryWidget(
            title=title,
            log_group_names=list(log_groups),
            query_lines=query,
            view=cloudwatch.LogQueryVisualizationType.TABLE,
            width=_HALF,
            height=_HIGH,
        )


def _outcomes(label: str, machine: sfn.IStateMachine, colors: Sequence[str | None]) -> Iterator[cloudwatch.Metric]:
    period = Duration.minutes(5)
    metrics = {
        "succeeded": machine.metric_succeeded,
        "failed": machine.metric_failed,
        "timed out": machine.metric_timed_out,
        "aborted": machine.metric_aborted,
    }
    for (outcome, metric), color in zip(metrics.items(), colors, strict=True):
        yield metric(label=f"{label}: {outcome}", color=color, period=period, statistic="Sum")
