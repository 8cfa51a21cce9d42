"""Whether the policy of a log group, a topic or a queue lets a service in that delivers by no role.

A queue that has no policy takes what rules of its account send, unlike at AWS.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html and
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

import json
from collections.abc import Iterable
from typing import Any, Protocol

from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from constructs_lib.local.account import Location

_KMS = ("kms:GenerateDataKey", "kms:Decrypt")


class LetsIn(Protocol):
    """Whether policies let a service do something."""

    def __call__(
        self,
        service: str,
        action: str,
        resource: str,
        source: str,
        policies: Iterable[str],
        *,
        for_account: bool = False,
    ) -> bool:
        """Ask: by the ARNs of the resource, and of what the service does it for."""
        ...


class Admission:
    """The policies of resources.

    Args:
        lets_in: judges by them.
    """

    def __init__(self, lets_in: LetsIn) -> None:
        self._lets_in = lets_in

    def problem(self, service: str, target: str, source: str, *, for_account: bool = False) -> str | None:
        """Why a service cannot deliver to a resource; None when it can.

        Args:
            service: such as ``events.amazonaws.com``.
            target: the ARN of the resource.
            source: the ARN of what it delivers for.
            for_account: whether it is enough that the account of the source may.
        """
        asked = {"logs": self._log_group, "sns": self._topic, "sqs": self._queue}.get(target.split(":")[2])
        return asked(service, target, source, for_account=for_account) if asked else None

    def _log_group(self, service: str, target: str, source: str, *, for_account: bool) -> str | None:
        location = Location.of(target)
        policies = logs_backends[location.account][location.region].resource_policies.values()
        documents = [policy.policy_document for policy in policies]
        stream = f"{target.removesuffix(':*')}:log-stream:{service}"
        for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
            if not self._lets_in(service, action, stream, source, documents, for_account=for_account):
                return f"no resource policy of CloudWatch Logs lets {service} do {action} in {target}"
        return None

    def _topic(self, service: str, target: str, source: str, *, for_account: bool) -> str | None:
        location = Location.of(target)
        topic = sns_backends[location.account][location.region].topics.get(target)
        if topic is None:
            return None  # the delivery itself fails then
        if not self._lets_in(service, "sns:Publish", target, source, [topic.policy], for_account=for_account):
            return f"{service} is not authorized to perform: SNS:Publish on resource: {target}"
        return self._key(service, topic.kms_master_key_id, location, source)

    def _queue(self, service: str, target: str, source: str, *, for_account: bool) -> str | None:
        location = Location.of(target)
        queue = sqs_backends[location.account][location.region].queues.get(target.rpartition(":")[2])
        if queue is None or not queue.policy:
            return None
        if not self._lets_in(
            service, "sqs:SendMessage", target, source, [_text(queue.policy)], for_account=for_account
        ):
            return f"{service} is not authorized to perform: sqs:SendMessage on resource: {target}"
        return self._key(service, getattr(queue, "kms_master_key_id", None), location, source)

    def _key(self, service: str, name: str | None, location: Location, source: str) -> str | None:
        """Why a service may not use the key that messages are encrypted by."""
        if not name:
            return None
        backend: Any = kms_backends[location.account][location.region]
        if "alias/aws/" in name:
            return f"the key {name} is AWS's own, whose policy lets no service in: {service} needs a key of yours"
        try:
            key = backend.keys[backend.any_id_to_key_id(name)]
        except (KeyError, ValueError):
            return f"there is no key {name}"
        for action in _KMS:
            if not self._lets_in(service, action, key.arn, source, [_text(key.policy)]):
                return f"the policy of the key {name} does not let {service} do {action}"
        return None


def _text(policy: Any) -> str:
    return policy if isinstance(policy, str) else json.dumps(policy)
