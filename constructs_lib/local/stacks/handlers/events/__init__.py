"""AWS::Events: event buses, rules, archives and what sends to other places."""

from constructs_lib.local.stacks.handlers.contract.handler import Handler
from constructs_lib.local.stacks.handlers.events import buses, destinations, rules

HANDLERS: dict[str, Handler] = {**buses.HANDLERS, **destinations.HANDLERS, **rules.HANDLERS}
