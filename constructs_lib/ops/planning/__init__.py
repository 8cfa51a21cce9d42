"""How long a pipeline takes and what it costs, before anything is started: the scheduler in virtual time."""

from constructs_lib.ops.planning.plan import Choice, Plan, plan

__all__ = ["Choice", "Plan", "plan"]
