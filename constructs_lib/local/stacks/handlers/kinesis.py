"""AWS::Kinesis: streams and their consumers.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Kinesis.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.requests import input_of
from constructs_lib.local.stacks.handlers.contract.tags import Tagging

_HOURS = 24


@dataclass(frozen=True, kw_only=True)
class _Stream(OperationsHandler):
    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        client, which, after = desired.services.client(self.service), self.keys(made, desired), change.after
        if change.is_new:
            self.tag(made, desired, change)  # moto does not take them when it makes one
        if not change.is_new and change.touches("StreamModeDetails"):
            mode = after.get("StreamModeDetails", {"StreamMode": "PROVISIONED"})
            client.update_stream_mode(StreamARN=self.attribute(made, desired, "Arn"), StreamModeDetails=mode)
        if not change.is_new and change.touches("ShardCount") and "ShardCount" in after:
            count = int(after["ShardCount"])
            client.update_shard_count(**which, TargetShardCount=count, ScalingType="UNIFORM_SCALING")
        hours, had = (int(state.get("RetentionPeriodHours", _HOURS)) for state in (after, change.before))
        if hours > had:
            client.increase_stream_retention_period(**which, RetentionPeriodHours=hours)
        elif hours < had:
            client.decrease_stream_retention_period(**which, RetentionPeriodHours=hours)
        if change.touches("StreamEncryption"):
            key = after.get("StreamEncryption") or change.before["StreamEncryption"]
            operation = "start_stream_encryption" if "StreamEncryption" in after else "stop_stream_encryption"
            getattr(client, operation)(**which, **input_of(client, operation, key))


@dataclass(frozen=True, kw_only=True)
class _Consumer(OperationsHandler):
    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        told = super().attribute(made, desired, name)
        return f"{told:%s}" if name == "ConsumerCreationTimestamp" else told


HANDLERS: dict[str, Handler] = {
    "AWS::Kinesis::Stream": _Stream(
        service="kinesis",
        makes="create_stream",
        removes="delete_stream",
        reads="describe_stream_summary",
        key="StreamName",
        name="Name",
        renamed={"Name": "StreamName"},
        paths={"Arn": "StreamDescriptionSummary.StreamARN"},
        tagging=Tagging("add_tags_to_stream", "remove_tags_from_stream"),
    ),
    "AWS::Kinesis::StreamConsumer": _Consumer(
        service="kinesis",
        makes="register_stream_consumer",
        removes="deregister_stream_consumer",
        reads="describe_stream_consumer",
        key="ConsumerARN",
        ref="Consumer.ConsumerARN",
        paths={
            "ConsumerARN": "",
            "ConsumerCreationTimestamp": "ConsumerDescription.ConsumerCreationTimestamp",
            "ConsumerStatus": "ConsumerDescription.ConsumerStatus",
        },
    ),
}
