"""Gap: moto subscribes to topics by its API and by the topic's own template, not by AWS::SNS::Subscription.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
"""

import json
from typing import Any

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.sns.models import sns_backends

# moto reads a filter by the scope that it has then.
_ATTRIBUTES = ("DeliveryPolicy", "FilterPolicyScope", "FilterPolicy", "RawMessageDelivery", "RedrivePolicy")


class TopicSubscription(CloudFormationModel):
    """A subscription of a stack.

    Args:
        arn: of the subscription.
    """

    def __init__(self, arn: str) -> None:
        self.physical_resource_id = arn

    @staticmethod
    def cloudformation_type() -> str:
        """Its type in templates."""
        return "AWS::SNS::Subscription"

    @staticmethod
    def cloudformation_name_type() -> str:
        """It has no name."""
        return ""

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> "TopicSubscription":
        """Subscribe."""
        del resource_name
        properties = cloudformation_json["Properties"]
        backend = sns_backends[account_id][region_name]
        made = backend.subscribe(properties["TopicArn"], properties["Endpoint"], properties["Protocol"])
        for name in _ATTRIBUTES:
            if name in properties:
                backend.set_subscription_attributes(made.arn, name, _text(properties[name]))
        return cls(made.arn)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "TopicSubscription",
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> "TopicSubscription":
        """Take it back, and subscribe anew."""
        original_resource.delete(account_id, region_name)
        return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

    def delete(self, account_id: str, region_name: str) -> None:
        """Take it back."""
        sns_backends[account_id][region_name].unsubscribe(self.physical_resource_id)


def install() -> None:
    """Let templates subscribe."""
    for remembered in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        remembered.cache_clear()


def _text(value: Any) -> str:
    if str(value).lower() == "false":
        return ""  # what moto takes for it
    return value if isinstance(value, str) else json.dumps(value)
