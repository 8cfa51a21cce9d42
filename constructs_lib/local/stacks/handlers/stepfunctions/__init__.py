"""AWS::StepFunctions: state machines, their versions and aliases, and activities."""

from constructs_lib.local.stacks.handlers.contract.handler import Handler
from constructs_lib.local.stacks.handlers.stepfunctions import activities, revisions, state_machines

HANDLERS: dict[str, Handler] = {**activities.HANDLERS, **revisions.HANDLERS, **state_machines.HANDLERS}
