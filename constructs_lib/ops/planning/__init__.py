"""How long a pipeline takes and what it costs, before anything is started: the scheduler in virtual time."""

from constructs_lib.ops.planning.assumptions import Starts
from constructs_lib.ops.planning.deployed import parts_of_deployed
from constructs_lib.ops.planning.parts import Parts
from constructs_lib.ops.planning.plan import Choice, Plan, plan
from constructs_lib.ops.planning.templates import parts_of_app
from constructs_lib.ops.planning.work import Work

__all__ = ["Choice", "Parts", "Plan", "Starts", "Work", "parts_of_app", "parts_of_deployed", "plan"]
