"""Flow logs of VPCs, subnets and network interfaces."""

from typing import Any, ClassVar

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made
from constructs_lib.local.stacks.handlers.ec2.resource import Ec2Handler


class _FlowLog(Ec2Handler):
    attributes: ClassVar = {"Id": lambda flow_log: flow_log.id}

    def build(self, backend: Any, desired: Desired) -> Any:
        properties = desired.properties
        kind, destination = properties.get("LogDestinationType"), properties.get("LogDestination")
        checked, group = destination, properties.get("LogGroupName")
        if destination and kind in (None, "cloud-watch-logs"):
            group = destination.split(":")[6]
        elif destination and kind == "s3":
            checked = destination.split("/")[0]  # moto looks for a bucket with the whole path as its name
        interval = properties.get("MaxAggregationInterval")
        made, refused = backend.create_flow_logs(
            properties["ResourceType"],
            [properties["ResourceId"]],
            properties.get("TrafficType"),
            properties.get("DeliverLogsPermissionArn"),
            kind,
            checked,
            group,
            properties.get("LogFormat"),
            int(interval) if interval else None,
        )
        if refused:
            raise HandlerError(refused[0][2])
        made[0].log_destination = destination
        return made[0]

    def destroy(self, backend: Any, made: Made) -> None:
        backend.delete_flow_logs([made.physical_id])


HANDLERS: dict[str, Handler] = {"AWS::EC2::FlowLog": _FlowLog()}
