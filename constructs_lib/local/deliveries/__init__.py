"""How events, schedules and pipes reach their targets: by the rights of a role, and again after a failure."""

from constructs_lib.local.deliveries.callers import Callers, NotTrustedError
from constructs_lib.local.deliveries.deliverer import Deliverer, Delivery
from constructs_lib.local.deliveries.disturbances import Disturbance, Disturbances
from constructs_lib.local.deliveries.overtaking import Overtaking
from constructs_lib.local.deliveries.problems import Problem, problem_of
from constructs_lib.local.deliveries.retries import Loss, RetryPolicy

__all__ = [
    "Callers",
    "Deliverer",
    "Delivery",
    "Disturbance",
    "Disturbances",
    "Loss",
    "NotTrustedError",
    "Overtaking",
    "Problem",
    "RetryPolicy",
    "problem_of",
]
