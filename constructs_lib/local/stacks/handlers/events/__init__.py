"""AWS::Events: event buses, rules, archives and what sends to other places."""

from constructs_lib.local.stacks.handlers.events import buses, destinations, rules
from constructs_lib.local.stacks.handlers.handler import Handler

HANDLERS: dict[str, Handler] = {**buses.HANDLERS, **destinations.HANDLERS, **rules.HANDLERS}
