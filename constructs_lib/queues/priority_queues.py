"""Queues of different priority that share the same compute environments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef
from constructs import Construct

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.place import Place
from constructs_lib.errors import ConfigurationError
from constructs_lib.queues.queue import JobQueue


@checked
@dataclass(frozen=True, kw_only=True)
class PriorityQueue:
    """One of the queues of `PriorityQueues`: options of a `JobQueue`.

    Args:
        priority: 0 to 1000, the highest is served first.
        compute_environments: those of the shared ones that it uses, in its own order. Default: all, in theirs.
        cancel_unplaceable_after: how long a job may wait that no environment can hold. Default: 10 minutes.
        cancel_without_capacity_after: how long a job may wait for capacity that AWS does not have. Default: forever.
        scheduling_policy: shares the queue among share identifiers. Default: first come, first served.
        job_queue_name: physical name. Default: made by CloudFormation.
        enabled: whether it takes jobs. Default: it does.
    """

    priority: int
    compute_environments: Sequence[IComputeEnvironmentRef] | None = None
    cancel_unplaceable_after: Duration | Literal[False] | None = None
    cancel_without_capacity_after: Duration | None = None
    scheduling_policy: batch.ISchedulingPolicy | None = None
    job_queue_name: str | None = None
    enabled: bool = True


@checked
class PriorityQueues(Construct):
    """A named set of queues over shared compute environments: ``queues["Urgent"]`` is a `JobQueue`.

    While environments have room, every queue gets it. When they are full, what becomes free goes to the queue of the
    highest priority that has a job for it. Running jobs are not interrupted. Queues of the same priority take turns.
    Source: https://docs.aws.amazon.com/batch/latest/userguide/job_queue_parameters.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        compute_environments: those that the queues share, in the order in which they are tried.
        queues: by name, which becomes the id of the `JobQueue`: a priority, or a `PriorityQueue` with more options.

    Raises:
        ConfigurationError: no queue, a queue over an environment that is not shared, or what a `JobQueue` refuses.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        compute_environments: Sequence[IComputeEnvironmentRef],
        queues: Mapping[str, int | PriorityQueue],
    ) -> None:
        place = Place("PriorityQueues", scope, construct_id)
        options = {
            name: given if isinstance(given, PriorityQueue) else PriorityQueue(priority=given)
            for name, given in queues.items()
        }
        _check(place, list(compute_environments), options)
        super().__init__(scope, construct_id)
        self._queues = {
            name: JobQueue(self, name, **_with_environments(given, compute_environments))
            for name, given in options.items()
        }

    def __getitem__(self, name: str) -> JobQueue:
        """The queue of this name."""
        return self._queues[name]

    def __iter__(self) -> Iterator[str]:
        """The names, in the order in which they were given."""
        return iter(self._queues)

    def __len__(self) -> int:
        """How many queues there are."""
        return len(self._queues)


def _with_environments(queue: PriorityQueue, shared: Sequence[IComputeEnvironmentRef]) -> dict[str, Any]:
    own = queue.compute_environments
    return {**vars(queue), "compute_environments": shared if own is None else own}


def _check(place: Place, shared: list[IComputeEnvironmentRef], queues: Mapping[str, PriorityQueue]) -> None:
    if not queues:
        raise ConfigurationError(
            code="QUEUE005",
            where=str(place.of("queues")),
            got="no queue",
            expected="a set of queues has at least one",
            fix='Name them with their priorities: {"Urgent": 100, "Bulk": 1}.',
        )
    for name, queue in queues.items():
        for environment in queue.compute_environments or ():
            if environment not in shared:
                raise ConfigurationError(
                    code="QUEUE005",
                    where=str(place.of(f"queues[{name!r}]")),
                    got=f"the environment {environment.node.path}, which is not among the shared ones",
                    expected="queues whose priorities are compared share their environments",
                    fix="Add it to compute_environments, or make a JobQueue of its own.",
                )
