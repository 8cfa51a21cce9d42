"""AWS::SQS: queues and their policies.

The URL of a queue is where this AWS answers, as that of ListQueues: some SDKs send a request to the URL of the queue,
whatever their endpoint is.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SQS.html
"""

from typing import Any, ClassVar

from moto.sqs.constants import MAXIMUM_MESSAGE_LENGTH
from moto.sqs.exceptions import QueueDoesNotExist
from moto.sqs.models import sqs_backends

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.requests import text
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler

_DEFAULTS: Properties = {
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "DelaySeconds": 0,
    "FifoThroughputLimit": "perQueue",
    "KmsDataKeyReusePeriodSeconds": 300,
    "KmsMasterKeyId": None,
    "MaximumMessageSize": MAXIMUM_MESSAGE_LENGTH,
    "MessageRetentionPeriod": 345_600,
    "ReceiveMessageWaitTimeSeconds": 0,
    "RedriveAllowPolicy": None,
    "RedrivePolicy": {},
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": 30,
}
"""Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""

_DOCUMENTS = ("RedriveAllowPolicy", "RedrivePolicy")
_LONGEST_NAME, _FIFO = 80, ".fifo"


class _Queue(ResourceHandler):
    attributes: ClassVar = {"Arn": lambda queue: queue.queue_arn, "QueueName": lambda queue: queue.name}

    def make(self, desired: Desired) -> Made:
        """Make it; one of its name, which the API would answer with, is another one."""
        backend, name = _backend(desired), _name(desired)
        if name in backend.queues:
            raise HandlerError(f"{name} already exists", "AlreadyExists")
        fifo = {"FifoQueue": "true"} if _is_fifo(desired) else {}
        queue = backend.create_queue(name, **_attributes(desired.properties, _DEFAULTS), **fifo)
        return Made(f"{desired.services.endpoint_url}/{desired.services.account}/{name}", queue)

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        """Answer ``Fn::GetAtt``; the URL is what ``Ref`` is, too."""
        return made.physical_id if name == "QueueUrl" else super().attribute(made, desired, name)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        queue = self.read(made, desired)
        changed = [name for name in _DEFAULTS if change.touches(name)]
        if not change.is_new and changed:
            # moto would take its policy away.
            wanted = _attributes(change.after | {name: None for name in changed if name not in change.after}, changed)
            queue._set_attributes({**wanted, "Policy": queue.policy})  # noqa: SLF001 moto's own way
        tagged, gone = change.tags()
        queue.tags = {key: value for key, value in {**queue.tags, **tagged}.items() if key not in gone}

    def remove(self, made: Made, desired: Desired) -> None:
        _backend(desired).delete_queue(made.physical_id.rpartition("/")[2])

    def read(self, made: Made, desired: Desired) -> Any:
        return _queue(desired, made.physical_id)


class _QueuePolicy(ResourceHandler):
    """The policy of one queue or of several."""

    attributes: ClassVar = {"Id": lambda made: made.physical_id}

    def make(self, desired: Desired) -> Made:
        return Made(desired.name)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        del made
        before, after = _queues(change.before), _queues(change.after)
        for queue in [_queue(desired, url) for url in after]:
            queue.policy = text(change.after["PolicyDocument"])
        self._take(desired, [url for url in before if url not in after])

    def remove(self, made: Made, desired: Desired) -> None:
        del made
        self._take(desired, _queues(desired.properties))

    def read(self, made: Made, desired: Desired) -> Any:
        del desired
        return made

    def _take(self, desired: Desired, urls: list[str]) -> None:
        for url in urls:
            if queue := _backend(desired).queues.get(url.rpartition("/")[2]):
                queue.policy = None


class _QueueInlinePolicy(_QueuePolicy):
    attributes: ClassVar = {}

    def make(self, desired: Desired) -> Made:
        return Made(desired.properties["Queue"])


def _backend(desired: Desired) -> Any:
    return sqs_backends[desired.services.account][desired.services.region]


def _queue(desired: Desired, url: str) -> Any:
    queue = _backend(desired).queues.get(url.rpartition("/")[2])
    if queue is None:
        raise QueueDoesNotExist
    return queue


def _queues(properties: Properties) -> list[str]:
    return list(properties.get("Queues") or ([properties["Queue"]] if "Queue" in properties else []))


def _is_fifo(desired: Desired) -> bool:
    return boolean(desired.properties.get("FifoQueue", False))


def _name(desired: Desired) -> str:
    if "QueueName" in desired.properties:
        return str(desired.properties["QueueName"])
    ending = _FIFO if _is_fifo(desired) else ""
    return desired.name.removesuffix(_FIFO)[: _LONGEST_NAME - len(ending)] + ending


def _attributes(properties: Properties, names: Any) -> Properties:
    """Attributes as moto takes them; those that are there without a value by default."""
    told = {name: properties[name] for name in names if name in properties}
    told = {name: _DEFAULTS[name] if value is None else value for name, value in told.items()}
    return {name: text(value) if name in _DOCUMENTS and value is not None else value for name, value in told.items()}


HANDLERS: dict[str, Handler] = {
    "AWS::SQS::Queue": _Queue(),
    "AWS::SQS::QueueInlinePolicy": _QueueInlinePolicy(),
    "AWS::SQS::QueuePolicy": _QueuePolicy(),
}
