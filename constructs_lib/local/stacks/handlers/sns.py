"""AWS::SNS: topics, their policies and subscriptions.

Of a topic, moto keeps its name, key, tags, policy and how it removes duplicates; archives, tracing, signatures and
where deliveries are logged change nothing here.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SNS.html
"""

from typing import Any, ClassVar

from moto.sns.models import sns_backends

from constructs_lib.local.stacks.handlers.contract.change import Change, boolean
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.requests import text
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler

_LONGEST_NAME, _FIFO = 256, ".fifo"
_OF_SUBSCRIPTIONS: Properties = {
    "FilterPolicyScope": "MessageAttributes",
    "DeliveryPolicy": None,
    "FilterPolicy": "",
    "RawMessageDelivery": "false",
    "RedrivePolicy": None,
    "SubscriptionRoleArn": None,
}
"""What each is by default. The scope comes first, as moto reads a filter by the scope that it has then."""


class _Topic(ResourceHandler):
    attributes: ClassVar = {"TopicArn": lambda topic: topic.arn, "TopicName": lambda topic: topic.name}

    def make(self, desired: Desired) -> Made:
        """Make it; one of its name, which the API would answer with, is another one."""
        arn = desired.services.arn("sns", _name(desired))
        if arn in _backend(desired).topics:
            raise HandlerError(f"{arn} already exists", "AlreadyExists")
        attributes = {"FifoTopic": True} if _is_fifo(desired) else {}
        return Made(_backend(desired).create_topic(_name(desired), attributes).arn)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        topic, after = self.read(made, desired), change.after
        topic.display_name = after.get("DisplayName", "")
        topic.kms_master_key_id = after.get("KmsMasterKeyId", "")
        topic.content_based_deduplication = boolean(after.get("ContentBasedDeduplication", False))
        tagged, gone = change.tags()
        topic._tags = {**topic._tags, **tagged}  # noqa: SLF001 moto's only place for them
        for key in gone:
            topic._tags.pop(key, None)  # noqa: SLF001 as above
        added, removed = change.items("Subscription")
        backend = _backend(desired)
        for wanted in added:
            backend.subscribe(topic.arn, wanted["Endpoint"], wanted["Protocol"])
        ends = [(item["Protocol"], item["Endpoint"]) for item in removed]
        for found in [item for item in backend.subscriptions.values() if item.topic is topic]:
            if (found.protocol, found.endpoint) in ends:
                backend.unsubscribe(found.arn)

    def remove(self, made: Made, desired: Desired) -> None:
        _backend(desired).delete_topic(made.physical_id)

    def read(self, made: Made, desired: Desired) -> Any:
        return _backend(desired).get_topic(made.physical_id)


class _TopicPolicy(ResourceHandler):
    """The policy of one topic or of several; without it, a topic has the one that it was made with."""

    attributes: ClassVar = {"Id": lambda made: made.physical_id}

    def make(self, desired: Desired) -> Made:
        return Made(desired.name)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        del made
        before, after = _topics(change.before), _topics(change.after)
        for topic in [_backend(desired).get_topic(arn) for arn in after]:
            topic.policy = text(change.after["PolicyDocument"])
        self._take(desired, [arn for arn in before if arn not in after])

    def remove(self, made: Made, desired: Desired) -> None:
        del made
        self._take(desired, _topics(desired.properties))

    def read(self, made: Made, desired: Desired) -> Any:
        del desired
        return made

    def _take(self, desired: Desired, arns: list[str]) -> None:
        backend = _backend(desired)
        for topic in [backend.topics[arn] for arn in arns if arn in backend.topics]:
            default = topic._create_default_topic_policy(  # noqa: SLF001 moto has no other way back to it
                desired.services.region, desired.services.account, topic.name
            )
            topic.policy = text(default)


class _TopicInlinePolicy(_TopicPolicy):
    attributes: ClassVar = {}

    def make(self, desired: Desired) -> Made:
        return Made(desired.properties["TopicArn"])


class _Subscription(ResourceHandler):
    attributes: ClassVar = {"Arn": lambda made: made.physical_id}

    def make(self, desired: Desired) -> Made:
        """Subscribe to a topic, perhaps of another region."""
        properties = desired.properties
        backend = _of_topic(desired)
        return Made(backend.subscribe(properties["TopicArn"], properties["Endpoint"], properties["Protocol"]).arn)

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        for name, default in _OF_SUBSCRIPTIONS.items():
            if name == "FilterPolicy" and "FilterPolicy" in change.after and change.touches("FilterPolicyScope"):
                pass  # is read anew by the other scope
            elif not change.touches(name):
                continue
            value = text(change.after[name]) if name in change.after else default
            if name == "RawMessageDelivery":
                value = boolean(value)  # moto takes each text for true
            _of_topic(desired).set_subscription_attributes(made.physical_id, name, value)

    def remove(self, made: Made, desired: Desired) -> None:
        _of_topic(desired).unsubscribe(made.physical_id)

    def read(self, made: Made, desired: Desired) -> Any:
        del desired
        return made


def _backend(desired: Desired) -> Any:
    return sns_backends[desired.services.account][desired.services.region]


def _of_topic(desired: Desired) -> Any:
    region = desired.properties["TopicArn"].split(":")[3]
    return sns_backends[desired.services.account][region]


def _topics(properties: Properties) -> list[str]:
    return list(properties.get("Topics") or ([properties["TopicArn"]] if "TopicArn" in properties else []))


def _is_fifo(desired: Desired) -> bool:
    return boolean(desired.properties.get("FifoTopic", False))


def _name(desired: Desired) -> str:
    if "TopicName" in desired.properties:
        return str(desired.properties["TopicName"])
    ending = _FIFO if _is_fifo(desired) else ""
    return desired.name.removesuffix(_FIFO)[: _LONGEST_NAME - len(ending)] + ending


HANDLERS: dict[str, Handler] = {
    "AWS::SNS::Subscription": _Subscription(),
    "AWS::SNS::Topic": _Topic(),
    "AWS::SNS::TopicInlinePolicy": _TopicInlinePolicy(),
    "AWS::SNS::TopicPolicy": _TopicPolicy(),
}
