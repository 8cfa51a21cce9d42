"""AWS::DynamoDB: tables."""

from constructs_lib.local.stacks.handlers.contract.handler import Handler
from constructs_lib.local.stacks.handlers.dynamodb import global_tables, tables

HANDLERS: dict[str, Handler] = {**global_tables.HANDLERS, **tables.HANDLERS}
