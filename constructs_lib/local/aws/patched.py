"""moto, as it is while an embedded AWS is open."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from moto.moto_api._internal.models import moto_api_backend

from constructs_lib.local import ecs, logs, pipes, schedules, states
from constructs_lib.local.aws.config import Config
from constructs_lib.local.aws.services import Parts
from constructs_lib.local.events.execution_events import ExecutionEvents
from constructs_lib.local.metrics.backend import backend_of
from constructs_lib.local.metrics.measured import services as measured_services
from constructs_lib.local.metrics.measured.executions import execution_changed
from constructs_lib.local.patching import Change, Patches
from constructs_lib.local.states.executions.stopping import end_executions
from constructs_lib.local.states.runtime import Runtime
from constructs_lib.local.unemulated import moto


@contextmanager
def patched(config: Config, services: Parts) -> Iterator[None]:
    """Let moto be served by an embedded AWS; afterwards it is as it was, and knows of no resource.

    Raises:
        MovedError: moto is not what the changes of it were made for.
    """
    with ExitStack() as left:
        left.enter_context(Patches(_changes(config, services)))
        left.callback(moto_api_backend.reset)  # moto's resources would otherwise be there for the next one
        left.callback(end_executions)
        yield


def _changes(config: Config, services: Parts) -> list[Change]:
    runtime = Runtime(
        jobs=services.faults.jobs(services.batches.engine),
        tasks=services.tasks,
        endpoint_url=services.access.endpoint_url,
        rights=services.iam.rights,
        clock=config.clock,
        status_changed=ExecutionEvents(services.bus).changed,
        measured=execution_changed,
    )
    return [
        *moto.patches(),
        *services.queues.patches(),
        *services.metrics.patches(),
        *measured_services.patches(),
        *logs.patches(logs.Runtime(config.clock, lambda account, region: backend_of(account, region).store)),
        *services.iam.patches(),
        *services.buckets.patches(),
        *services.targets.patches(),
        *services.rules.patches(),
        *schedules.patches(services.schedules),
        *pipes.patches(services.pipes),
        *services.functions.patches(),
        *ecs.patches(services.tasks, services.batches.instance_type),
        *states.patches(runtime),
    ]
