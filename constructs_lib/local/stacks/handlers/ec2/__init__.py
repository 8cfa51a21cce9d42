"""AWS::EC2: networks, what is in them, and machines."""

from constructs_lib.local.stacks.handlers.ec2 import (
    endpoints,
    flow_logs,
    gateways,
    launch_templates,
    network_acls,
    routes,
    security_groups,
    subnets,
    vpcs,
)
from constructs_lib.local.stacks.handlers.handler import Handler

HANDLERS: dict[str, Handler] = {
    **endpoints.HANDLERS,
    **flow_logs.HANDLERS,
    **gateways.HANDLERS,
    **launch_templates.HANDLERS,
    **network_acls.HANDLERS,
    **routes.HANDLERS,
    **security_groups.HANDLERS,
    **subnets.HANDLERS,
    **vpcs.HANDLERS,
}
"""Of each type of EC2."""
