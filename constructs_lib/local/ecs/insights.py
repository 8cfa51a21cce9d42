"""Container Insights: what tasks used, in the performance log of their cluster, if it is switched on for the cluster.

AWS measures each minute; here a task has one entry, at its end, with what it used on average and at most. What a runner
does not measure has none: containers and simulations.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
"""

import contextlib
import json
import time
from typing import Any, Final

from moto.ecs.models import ecs_backends
from moto.logs.exceptions import ResourceAlreadyExistsException
from moto.logs.models import logs_backends

from constructs_lib.local.account import Location
from constructs_lib.local.batch.tasks import Environments, cluster_arn
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.runners import Ending, OnEnd, OnStart, Run, Runner
from constructs_lib.local.scheduler.jobs.job import Job

LOG_GROUP: Final = "/aws/ecs/containerinsights/{}/performance"
_SETTING: Final = "containerInsights"
_ON: Final = ("enabled", "enhanced")
_UNITS_PER_VCPU: Final = 1_024
_MILLISECONDS: Final = 1_000
_LEAST_SECONDS: Final = 0.001


class Insights:
    """A runner that writes what attempts used.

    Args:
        runner: runs them, and measures.
        environments: finds a compute environment by its ARN.
        clock: tells the time.
    """

    def __init__(self, runner: Runner, environments: Environments, clock: Clock) -> None:
        self._runner = runner
        self._environments = environments
        self._clock = clock

    def start(self, job: Job, on_start: OnStart, on_end: OnEnd) -> Run:
        """Run an attempt."""
        attempt, began = job.attempts[-1], time.monotonic()  # of this machine, as what is measured is

        def started() -> None:
            nonlocal began
            began = time.monotonic()
            on_start()

        def ended(ending: Ending) -> None:
            if ending.used and (arn := cluster_arn(self._environments, attempt)):
                took = max(time.monotonic() - began, _LEAST_SECONDS)
                entry = {
                    "TaskId": attempt.log_stream.rpartition("/")[2],
                    "TaskDefinitionFamily": job.spec.definition.name,
                    "CpuReserved": job.spec.vcpus * _UNITS_PER_VCPU,
                    "CpuUtilized": round(ending.used.seconds / took * _UNITS_PER_VCPU, 3),
                    "MemoryReserved": job.spec.memory,
                    "MemoryUtilized": round(ending.used.memory, 3),
                }
                _write(arn, self._clock.now(), entry)
            on_end(ending)

        return self._runner.start(job, started, ended)

    def close(self, grace: float) -> None:
        """Stop everything that runs."""
        self._runner.close(grace)


def _write(cluster: str, now: float, told: dict[str, Any]) -> None:
    location, name = Location.of(cluster), cluster.rpartition("/")[2]
    known = ecs_backends[location.account][location.region].clusters.get(name)
    settings = {item["name"]: item["value"] for item in (known.settings if known else None) or ()}
    if settings.get(_SETTING) not in _ON:
        return
    logs, group, stream = logs_backends[location.account][location.region], LOG_GROUP.format(name), "tasks"
    with contextlib.suppress(ResourceAlreadyExistsException):
        logs.create_log_group(group, {})
    logs.ensure_log_stream(group, stream)
    entry = {"Version": "0", "Type": "Task", "ClusterName": name, "Timestamp": int(now * _MILLISECONDS), **told}
    logs.put_log_events(group, stream, [{"timestamp": int(now * _MILLISECONDS), "message": json.dumps(entry)}])
