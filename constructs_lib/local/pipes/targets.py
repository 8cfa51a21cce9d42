"""The targets of pipes: what each gets of a batch, and which messages of it have failed.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
"""

import contextlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from botocore.model import StructureShape

from constructs_lib.local.account import Location
from constructs_lib.local.batch.casing import convert
from constructs_lib.local.deliveries.templates import as_text
from constructs_lib.local.pipes import invocations
from constructs_lib.local.pipes.inputs import resolved
from constructs_lib.local.pipes.outcome import BatchError, failed_messages
from constructs_lib.local.pipes.source import Client
from constructs_lib.local.states.tasks.services import operation

_REQUEST_RESPONSE = "REQUEST_RESPONSE"


@dataclass(frozen=True, slots=True)
class Item:
    """One event on its way.

    Args:
        message: the id of the message that it comes from; None when an enrichment has made it of several.
        event: what the input transformer got.
        payload: what it made of it.
    """

    message: str | None
    event: Any
    payload: Any


@dataclass(frozen=True, slots=True)
class Sending:
    """What is to be sent.

    Args:
        client: makes clients with the rights of the pipe's role.
        arn: of the target.
        parameters: those of the target, as the API of pipes has them.
        items: at least one.
        messages: the ids of the messages of the batch.
        now: the time, in seconds since the epoch.
    """

    client: Client
    arn: str
    parameters: Mapping[str, Any]
    items: Sequence[Item]
    messages: Sequence[str]
    now: float

    def of_target(self, name: str, item: Item) -> Any:
        """The parameters of a kind of target, with the values of an event in place of paths."""
        return resolved(self.parameters.get(name) or {}, item.event)

    @property
    def batch(self) -> list[Any]:
        """All that was made of the events."""
        return [item.payload for item in self.items]


Failed = set[str]
"""The ids of messages that have failed."""


def _function(sending: Sending) -> Failed:
    kind = (sending.parameters.get("LambdaFunctionParameters") or {}).get("InvocationType", _REQUEST_RESPONSE)
    if kind != _REQUEST_RESPONSE:
        invocations.invoke_aside(sending.client, sending.arn, sending.batch)
        return set()
    return failed_messages(invocations.invoke(sending.client, sending.arn, sending.batch), sending.messages)


def _machine(sending: Sending) -> Failed:
    told = sending.parameters.get("StepFunctionStateMachineParameters") or {}
    if told.get("InvocationType", _REQUEST_RESPONSE) != _REQUEST_RESPONSE:
        invocations.start(sending.client, sending.arn, sending.batch)
        return set()
    return failed_messages(invocations.run(sending.client, sending.arn, sending.batch), sending.messages)


def _job(sending: Sending) -> Failed:
    [item] = sending.items
    request = {"JobQueue": sending.arn, **sending.of_target("BatchJobParameters", item)}
    sending.client("batch").submit_job(**convert(_shape("batch", "SubmitJob"), request))
    return set()


def _task(sending: Sending) -> Failed:
    [item] = sending.items
    told = dict(sending.of_target("EcsTaskParameters", item))
    request = {
        "Cluster": sending.arn,
        "TaskDefinition": told.pop("TaskDefinitionArn"),
        "Count": told.pop("TaskCount", 1),
        **told,
    }
    answer = sending.client("ecs").run_task(**convert(_shape("ecs", "RunTask"), request))
    if answer.get("failures"):
        raise BatchError(f"no task was started in {sending.arn}: {answer['failures'][0].get('reason')}")
    return set()


def _queue(sending: Sending) -> Failed:
    location, name = Location.of(sending.arn), sending.arn.rpartition(":")[2]
    entries = []
    for number, item in enumerate(sending.items):
        told = sending.of_target("SqsQueueParameters", item)
        entries.append({"Id": str(number), "MessageBody": as_text(item.payload), **told})
    suffix = "amazonaws.com.cn" if location.partition == "aws-cn" else "amazonaws.com"
    url = f"https://sqs.{location.region}.{suffix}/{location.account}/{name}"
    answer = sending.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    return _failed(sending, [int(entry["Id"]) for entry in answer.get("Failed", [])])


def _topic(sending: Sending) -> Failed:
    entries = [{"Id": str(number), "Message": as_text(item.payload)} for number, item in enumerate(sending.items)]
    answer = sending.client("sns").publish_batch(TopicArn=sending.arn, PublishBatchRequestEntries=entries)
    return _failed(sending, [int(entry["Id"]) for entry in answer.get("Failed", [])])


def _bus(sending: Sending) -> Failed:
    entries = []
    for item in sending.items:
        told = dict(sending.of_target("EventBridgeEventBusParameters", item))
        moment = told.pop("Time", None)
        told.pop("EndpointId", None)
        if moment is not None:
            told["Time"] = _moment(moment)
        detail = item.payload if isinstance(item.payload, Mapping) else {"message": item.payload}
        defaults = {"Source": "Pipe", "DetailType": "Event from a pipe"}
        entries.append({**defaults, **told, "Detail": json.dumps(detail), "EventBusName": sending.arn})
    answer = sending.client("events").put_events(Entries=entries)
    return _failed(sending, [number for number, entry in enumerate(answer["Entries"]) if "ErrorCode" in entry])


def _log_group(sending: Sending) -> Failed:
    logs, group = sending.client("logs"), sending.arn.removesuffix(":*").partition(":log-group:")[2]
    told = sending.parameters.get("CloudWatchLogsParameters") or {}
    streams: dict[str, list[dict[str, Any]]] = {}
    for item in sending.items:
        of_item = resolved(told, item.event)
        stamp = of_item.get("Timestamp")
        seconds = sending.now if stamp is None else _moment(stamp).timestamp()
        entry = {"timestamp": int(seconds * 1000), "message": as_text(item.payload)}
        streams.setdefault(of_item.get("LogStreamName") or str(uuid.uuid4()), []).append(entry)
    for stream, events in streams.items():
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
    return set()


def _failed(sending: Sending, numbers: Sequence[int]) -> Failed:
    """The messages of items; all of them when one comes from no message alone."""
    found = {sending.items[number].message for number in numbers}
    if None in found:
        return set(sending.messages)
    return {str(message) for message in found}


def _moment(value: str) -> datetime:
    """A time: in seconds or milliseconds since the epoch, or ISO 8601."""
    try:
        number = float(value)
    except ValueError:
        return datetime.fromisoformat(value)
    return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS_FROM else number, tz=UTC)


_MILLISECONDS_FROM = 1e11


def _shape(service: str, name: str) -> StructureShape:
    model = operation(service, name)
    if model is None:
        raise LookupError(f"{service} has no operation {name}")
    shape: StructureShape = model.input_shape
    return shape


TARGETS: Final[Mapping[str, Callable[[Sending], Failed]]] = {
    "batch": _job,
    "ecs": _task,
    "events": _bus,
    "lambda": _function,
    "logs": _log_group,
    "sns": _topic,
    "sqs": _queue,
    "states": _machine,
}
"""By the service in the target's ARN."""
MOST_ITEMS: Final[Mapping[str, int]] = {"batch": 1, "ecs": 1, "events": 10, "logs": 10_000, "sns": 10, "sqs": 10}
"""The greatest batches that targets take; the others take all that a source gives."""
