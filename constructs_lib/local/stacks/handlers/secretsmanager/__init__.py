"""AWS::SecretsManager: secrets, and what belongs to them."""

from constructs_lib.local.stacks.handlers.contract.handler import Handler
from constructs_lib.local.stacks.handlers.secretsmanager import attachments, secrets

HANDLERS: dict[str, Handler] = {**attachments.HANDLERS, **secrets.HANDLERS}
