"""EventBridge Scheduler: moto keeps the schedules, and here they start their targets when it is time."""

from constructs_lib.local.schedules.api import patches
from constructs_lib.local.schedules.schedules import Schedules

__all__ = ["Schedules", "patches"]
