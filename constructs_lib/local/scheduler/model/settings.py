"""What of an account's resources scheduling goes by: small values, made from the API's descriptions in this one place.

They are read before every placement, so that an update takes effect at once; while jobs are placed, nothing is parsed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from constructs_lib.local.scheduler.jobs.job import JobQueue
from constructs_lib.local.scheduler.model.resources import Environment

_DECAY_SECONDS = 600.0
"""The time window of a policy that states none.

Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_FairsharePolicy.html
"""

_STRATEGIES_IN_ORDER = ("BEST_FIT_PROGRESSIVE_ORDERED", "SPOT_CAPACITY_OPTIMIZED_PRIORITIZED")


class EnvironmentSettings(NamedTuple):
    """A compute environment.

    Args:
        enabled: whether it takes new jobs.
        least: vCPUs that are kept running.
        most: vCPUs that may run.
        types: instance types, families and AWS's own sets; none on Fargate and in unmanaged environments.
        in_order: whether the types are preferred in their order.
        exceeds: whether the last instance may have more vCPUs than are left.
        has_windows: whether it takes Windows containers.
    """

    enabled: bool
    least: float
    most: float
    types: tuple[str, ...]
    in_order: bool
    exceeds: bool
    has_windows: bool

    @classmethod
    def of(cls, environment: Environment) -> Self:
        """Read an environment; an unmanaged one has no limit.

        Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html and
        https://docs.aws.amazon.com/batch/latest/APIReference/API_RuntimePlatform.html
        """
        compute = environment.compute
        strategy, kind = compute.get("allocationStrategy", "BEST_FIT"), str(compute.get("type", "")).upper()
        return cls(
            environment.enabled,
            float(compute.get("minvCpus", 0)),
            float(compute.get("maxvCpus", "inf")),
            () if environment.fargate else tuple(compute.get("instanceTypes", ())),
            strategy in _STRATEGIES_IN_ORDER,
            strategy != "BEST_FIT" or kind == "SPOT",
            kind != "FARGATE_SPOT",
        )


class QueueSettings(NamedTuple):
    """A job queue.

    Args:
        priority: queues that share an environment are served highest first.
        environments: ARNs, in the order in which they are tried.
        time_limits: after how many seconds a job that is stuck for a reason is cancelled.
    """

    priority: int
    environments: tuple[str, ...]
    time_limits: Mapping[str, float]

    @classmethod
    def of(cls, queue: JobQueue) -> Self:
        """Read a queue; of several limits for one reason the shortest counts."""
        limits: dict[str, float] = {}
        for action in queue.time_limits:
            if action["action"] == "CANCEL":
                seconds = float(action["maxTimeSeconds"])
                limits[action["reason"]] = min(seconds, limits.get(action["reason"], seconds))
        return cls(queue.priority, tuple(queue.environment_arns), limits)


@dataclass(frozen=True, slots=True)
class SharePolicy:
    """How a queue is shared.

    Args:
        decay_seconds: how long usage counts.
        reservation: percentage of the vCPUs for shares that are not active.
        weights: by share identifier, or by prefix with ``*`` at its end.
    """

    decay_seconds: float = _DECAY_SECONDS
    reservation: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: Mapping[str, Any]) -> Self:
        """Read a ``fairsharePolicy``."""
        weights = {
            entry["shareIdentifier"]: float(entry.get("weightFactor", 1.0))
            for entry in policy.get("shareDistribution", ())
        }
        decay = float(policy.get("shareDecaySeconds", 0)) or _DECAY_SECONDS
        return cls(decay, float(policy.get("computeReservation", 0)), weights)

    def weight(self, share: str) -> float:
        """Find the weight of exactly this share, or of the longest prefix; 1 when there is none."""
        if share in self.weights:
            return self.weights[share]
        prefixes = [key for key in self.weights if key.endswith("*") and share.startswith(key[:-1])]
        return self.weights[max(prefixes, key=len)] if prefixes else 1.0
