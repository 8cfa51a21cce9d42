"""Topics that alarms publish to.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""

from typing import Final

from aws_cdk import Annotations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns

from constructs_lib.core.pseudo import account_id
from constructs_lib.rules import Caution

_SERVICE: Final = "cloudwatch.amazonaws.com"


def let_alarms_publish(topic: sns.ITopic) -> None:
    """Allow CloudWatch to publish to a topic of the app: a policy of its own takes that from the default one."""
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["sns:Publish"],
            principals=[iam.ServicePrincipal(_SERVICE)],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": account_id()}},
        )
    )
    key = topic.master_key if isinstance(topic, sns.Topic) else None
    if key is None:
        return
    statement = iam.PolicyStatement(
        actions=["kms:Decrypt", "kms:GenerateDataKey*"], principals=[iam.ServicePrincipal(_SERVICE)], resources=["*"]
    )
    if not key.add_to_resource_policy(statement, True).statement_added:  # noqa: FBT003 - of aws-cdk-lib
        Annotations.of(topic).add_warning_v2(
            Caution.ALARM_TOPIC_KEY.id,
            "Alarms publish to it, and the policy of its key is not part of this app: if the key does not allow "
            "cloudwatch.amazonaws.com kms:Decrypt and kms:GenerateDataKey*, they notify nobody.",
        )
