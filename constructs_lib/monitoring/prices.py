"""What metrics, alarms and dashboards cost a month, from AWS's public price lists.

List prices of us-east-1 in US dollars, as of November 2026, without the free tier.
Sources: https://aws.amazon.com/cloudwatch/pricing/, https://aws.amazon.com/step-functions/pricing/ and
https://aws.amazon.com/fargate/pricing/
"""

from dataclasses import dataclass
from typing import Final

from constructs_lib.core.job_metrics import EnvironmentMetric, JobMetric, QueueMetric
from constructs_lib.prices.standing import ALARM_METRIC_USD, DASHBOARD_USD, HOURS_PER_MONTH, LOGS_GB_USD, METRIC_USD

PUT_METRIC_DATA_USD: Final = 0.01 / 1_000
"""A call."""

EXPRESS_EXECUTION_USD: Final = 1.00 / 1_000_000 + 2 * 64 / 1024 * 0.00001667
"""An execution of an express workflow, of two seconds and 64 MB."""

EVENTS_PER_JOB: Final = 3
"""That are kept: RUNNABLE, RUNNING, and how it ended."""

EVENT_BYTES: Final = 3_000
"""Of an event of a job with few variables."""

MINUTES_PER_MONTH: Final = HOURS_PER_MONTH * 60

FARGATE_VCPU_HOUR_USD: Final = 0.04937
"""A vCPU with 2 GB of memory for an hour: 0.04048 and 2 times 0.004445, on demand, Linux on x86."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """What is paid for.

    Args:
        queues: whose metrics are published.
        environments: that are measured.
        fan_outs: whose metrics are published.
        alarms: all of them.
        shares: alarms that look at two metrics.
        measured_every: minutes between two measurements; None for no measurement.
    """

    queues: int
    environments: int
    fan_outs: int
    alarms: int
    shares: int
    measured_every: float | None

    def monthly_usd(self, jobs: int) -> float:
        """The price of a month.

        Args:
            jobs: of one attempt each, whose events are kept.
        """
        fixed = self._metrics * METRIC_USD + (self.alarms + self.shares) * ALARM_METRIC_USD + DASHBOARD_USD
        events = jobs * EVENTS_PER_JOB * EVENT_BYTES / 1_000_000_000 * LOGS_GB_USD if self.queues else 0
        return round(fixed + events + self._measuring, 2)

    @property
    def _metrics(self) -> int:
        of_queue = len(JobMetric) + len(QueueMetric) if self.measured_every else len(JobMetric) + 1
        of_environment = len(EnvironmentMetric) if self.measured_every else 0
        return self.queues * of_queue + self.environments * of_environment + self.fan_outs * len(JobMetric)

    @property
    def _measuring(self) -> float:
        if not self.measured_every:
            return 0
        calls = self.queues + (self.environments > 0)
        runs = MINUTES_PER_MONTH / self.measured_every if calls else 0
        return runs * (EXPRESS_EXECUTION_USD + calls * PUT_METRIC_DATA_USD)
