"""When the alarms of a `Monitoring` go off.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

from dataclasses import dataclass

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.quantities import known, readable
from constructs_lib.rules import Rule

_HUNDRED = 100


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """The thresholds; None, or False, leaves an alarm out.

    Args:
        failed_executions: of a state machine in five minutes.
        failed_jobs_percent: of the jobs of a queue that ended in a quarter of an hour.
        failed_jobs_of: how many have to have ended.
        blocked_queues: whether there are alarms of blocked queues.
        waiting_hours: how long the first job of a queue may have been the first.
        invalid_environments: whether there are alarms of INVALID environments.
        dead_letters: in a dead-letter queue.
    """

    failed_executions: int | None
    failed_jobs_percent: float | None
    failed_jobs_of: int
    blocked_queues: bool
    waiting_hours: float | None
    invalid_environments: bool
    dead_letters: int | None

    def check(self, place: ArgumentPath) -> None:
        """Refuse a threshold that is always, or never, reached.

        Args:
            place: of the construct.
        """
        numbers = {
            name: getattr(self, name)
            for name in ("failed_executions", "failed_jobs_percent", "failed_jobs_of", "waiting_hours", "dead_letters")
        }
        for name, number in numbers.items():
            if number is None:
                continue
            known(place.of(name), number, "it is a part of the description of the alarm")
            if number <= 0 or (name == "failed_jobs_percent" and number >= _HUNDRED):
                raise Rule.ALARM_THRESHOLD.error(
                    place.of(name), got=readable(number), fix="Choose another one, or None for no alarm."
                )
