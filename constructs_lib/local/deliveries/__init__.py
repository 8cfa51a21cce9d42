"""How events, schedules and pipes reach their targets: by the rights of a role, and again after a failure."""

from constructs_lib.local.deliveries.callers import Callers, DeniedError, NotTrustedError
from constructs_lib.local.deliveries.deliverer import Deliverer, Delivery
from constructs_lib.local.deliveries.disturbances import Disturbance, Disturbances
from constructs_lib.local.deliveries.overtaking import Overtaking
from constructs_lib.local.deliveries.problems import NOT_TRUSTED, Problem, problem_of
from constructs_lib.local.deliveries.retries import Loss, RetryPolicy

__all__ = [
    "NOT_TRUSTED",
    "Callers",
    "Deliverer",
    "Delivery",
    "DeniedError",
    "Disturbance",
    "Disturbances",
    "Loss",
    "NotTrustedError",
    "Overtaking",
    "Problem",
    "RetryPolicy",
    "problem_of",
]
