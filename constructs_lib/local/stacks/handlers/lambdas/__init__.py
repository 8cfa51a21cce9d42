"""AWS::Lambda: functions, and what belongs to them."""

from constructs_lib.local.stacks.handlers.contract.handler import Handler
from constructs_lib.local.stacks.handlers.lambdas import functions, of_functions, revisions

HANDLERS: dict[str, Handler] = {**functions.HANDLERS, **of_functions.HANDLERS, **revisions.HANDLERS}
