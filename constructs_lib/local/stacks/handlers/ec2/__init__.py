"""AWS::EC2: networks, what is in them, and machines."""

from constructs_lib.local.stacks.handlers.contract.handler import Handler
from constructs_lib.local.stacks.handlers.ec2 import (
    dhcp,
    endpoints,
    flow_logs,
    gateways,
    interfaces,
    kept,
    launch_templates,
    machines,
    network_acls,
    peering,
    prefix_lists,
    routes,
    security_groups,
    subnets,
    vpcs,
)

HANDLERS: dict[str, Handler] = {
    **dhcp.HANDLERS,
    **endpoints.HANDLERS,
    **flow_logs.HANDLERS,
    **gateways.HANDLERS,
    **interfaces.HANDLERS,
    **kept.HANDLERS,
    **launch_templates.HANDLERS,
    **machines.HANDLERS,
    **network_acls.HANDLERS,
    **peering.HANDLERS,
    **prefix_lists.HANDLERS,
    **routes.HANDLERS,
    **security_groups.HANDLERS,
    **subnets.HANDLERS,
    **vpcs.HANDLERS,
}
"""Of each type of EC2."""
