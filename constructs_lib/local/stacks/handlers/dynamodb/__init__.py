"""AWS::DynamoDB: tables."""

from constructs_lib.local.stacks.handlers.dynamodb import global_tables, tables
from constructs_lib.local.stacks.handlers.handler import Handler

HANDLERS: dict[str, Handler] = {**global_tables.HANDLERS, **tables.HANDLERS}
