"""AWS::KinesisFirehose::DeliveryStream.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesisfirehose-deliverystream.html
"""

from dataclasses import dataclass

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.requests import input_of
from constructs_lib.local.stacks.handlers.contract.tags import Tagging

_DESTINATION = "DestinationConfiguration"
_ENCRYPTION = "DeliveryStreamEncryptionConfigurationInput"


@dataclass(frozen=True, kw_only=True)
class _DeliveryStream(OperationsHandler):
    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Send elsewhere, and encrypt what waits, or not."""
        if change.is_new:
            return
        client, which = desired.services.client(self.service), self.keys(made, desired)
        for name, wanted in change.after.items():
            if name.endswith(_DESTINATION) and change.touches(name):
                told = client.describe_delivery_stream(**which)["DeliveryStreamDescription"]
                place = {
                    "CurrentDeliveryStreamVersionId": told["VersionId"],
                    "DestinationId": told["Destinations"][0]["DestinationId"],
                }
                update = {name.replace(_DESTINATION, "DestinationUpdate"): wanted}
                client.update_destination(**which, **place, **input_of(client, "update_destination", update))
        if change.touches(_ENCRYPTION):
            if _ENCRYPTION in change.after:
                client.start_delivery_stream_encryption(**which, **{_ENCRYPTION: change.after[_ENCRYPTION]})
            else:
                client.stop_delivery_stream_encryption(**which)


HANDLERS: dict[str, Handler] = {
    "AWS::KinesisFirehose::DeliveryStream": _DeliveryStream(
        service="firehose",
        makes="create_delivery_stream",
        removes="delete_delivery_stream",
        reads="describe_delivery_stream",
        key="DeliveryStreamName",
        name="DeliveryStreamName",
        paths={"Arn": "DeliveryStreamDescription.DeliveryStreamARN"},
        tagging=Tagging("tag_delivery_stream", "untag_delivery_stream"),
    ),
}
