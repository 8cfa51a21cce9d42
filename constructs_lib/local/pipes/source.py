"""The queue that a pipe takes messages from: with the rights of the pipe's role.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html
"""

import base64
from collections.abc import Callable, Iterable
from typing import Any

from constructs_lib.local.account import Location

Client = Callable[[str], Any]
"""Makes a boto3 client that has the rights of the pipe's role."""
Event = dict[str, Any]

_MOST_AT_ONCE = 10


class QueueSource:
    """A queue of Amazon SQS.

    Args:
        arn: of the queue.
        client: makes clients.
    """

    def __init__(self, arn: str, client: Client) -> None:
        self.arn = arn
        self._client = client
        self._url = ""

    def check(self) -> None:
        """Look whether the queue is there, and may be looked at.

        Raises:
            ClientError: it is not, or may not.
        """
        sqs = self._client("sqs")
        # Who may send to a queue knows its URL; it is no right to ask for that.
        self._url = _url(self.arn)
        sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["VisibilityTimeout"])

    def receive(self, most: int) -> list[Event]:
        """Receive at most so many messages, each as an event.

        Raises:
            ClientError: the role may not, or the queue is gone.
        """
        found: list[Event] = []
        while len(found) < most:
            received = self._client("sqs").receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(_MOST_AT_ONCE, most - len(found)),
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
                WaitTimeSeconds=0,
            )
            messages = received.get("Messages", [])
            if not messages:
                break
            found += [self._event(message) for message in messages]
        return found

    def delete(self, events: Iterable[Event]) -> None:
        """Delete messages.

        Raises:
            ClientError: the role may not.
        """
        entries = [{"Id": str(number), "ReceiptHandle": event["receiptHandle"]} for number, event in enumerate(events)]
        for first in range(0, len(entries), _MOST_AT_ONCE):
            self._client("sqs").delete_message_batch(QueueUrl=self._url, Entries=entries[first : first + _MOST_AT_ONCE])

    def _event(self, message: dict[str, Any]) -> Event:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {
                name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message.get("MD5OfBody", ""),
            "eventSource": "aws:sqs",
            "eventSourceARN": self.arn,
            "awsRegion": Location.of(self.arn).region,
        }


def _url(arn: str) -> str:
    location, name = Location.of(arn), arn.rpartition(":")[2]
    suffix = "amazonaws.com.cn" if location.partition == "aws-cn" else "amazonaws.com"
    return f"https://sqs.{location.region}.{suffix}/{location.account}/{name}"


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
    if "StringValue" in value:
        told["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        told["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return told
