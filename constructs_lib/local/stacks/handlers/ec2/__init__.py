"""AWS::EC2: networks, what is in them, and machines."""

from constructs_lib.local.stacks.handlers.ec2 import vpcs
from constructs_lib.local.stacks.handlers.handler import Handler

HANDLERS: dict[str, Handler] = {**vpcs.HANDLERS}
"""Of each type of EC2."""
