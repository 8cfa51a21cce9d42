"""What an execution cost, by job, and what its jobs could have been given instead."""

from constructs_lib.ops.costs.bill import Cost, InstanceTime, JobCost
from constructs_lib.ops.costs.cost import cost

__all__ = ["Cost", "InstanceTime", "JobCost", "cost"]
