"""What the own policies of resources let services do: of log groups, topics, queues and KMS keys.

Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from constructs_lib.local.account import Location, partition_of
from constructs_lib.local.iam.evaluate import Policy, Principal, Request
from constructs_lib.local.iam.evaluate.policy import PolicyError
from constructs_lib.local.iam.evaluate.principals import Match

_NOTHING = Policy(())


@dataclass(frozen=True)
class Delivery:
    """What a service wants to do with a resource, by no role.

    Args:
        service: such as ``events.amazonaws.com``.
        action: such as ``sns:Publish``.
        resource: its ARN.
        source: the ARN of what it does it for, such as a rule or an alarm.
        for_account: whether the account of the source counts as well, as it does for alarms.
    """

    service: str
    action: str
    resource: str
    source: str
    for_account: bool = False


def lets_in(delivery: Delivery, documents: Iterable[str]) -> bool:
    """Whether the policies of a resource allow it, and none of them forbids it.

    Args:
        delivery: what is asked.
        documents: the policies, JSON text; one that cannot be read allows nothing.
    """
    policies = [_parsed(document) for document in documents]
    return any(_allowed(request, policies) for request in _requests(delivery))


def _allowed(request: Request, policies: list[Policy]) -> bool:
    if any(policy.denies(request) for policy in policies):
        return False
    return any(policy.allows(request) is not Match.NONE for policy in policies)


def _requests(delivery: Delivery) -> list[Request]:
    location = Location.of(delivery.source)
    account = location.account
    context = {"aws:SourceArn": delivery.source, "aws:SourceAccount": account}
    of_service = Principal.of_service(delivery.service, location.region)
    asked = [Request(of_service, delivery.action, delivery.resource, context)]
    if delivery.for_account:
        owner = Principal(f"arn:{partition_of(location.region)}:iam::{account}:root", account)
        owned = {**context, "aws:SourceOwner": account}
        asked.append(Request(owner, delivery.action, delivery.resource, owned))
    return asked


@lru_cache(maxsize=256)
def _parsed(document: str) -> Policy:
    try:
        return Policy.parse(document)
    except PolicyError:
        return _NOTHING
