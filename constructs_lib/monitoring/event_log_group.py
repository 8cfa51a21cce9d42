"""A log group that EventBridge writes events into, for CloudWatch Logs Insights and metric filters."""

from itertools import count
from typing import Any, Final

import jsii
from aws_cdk import Names, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.core.pseudo import account_id, partition, region
from constructs_lib.limits import CLOUDWATCH_LOGS_RESOURCE_POLICY_CHARACTERS

_WRITERS: Final = ("events.amazonaws.com", "delivery.logs.amazonaws.com")
_NAME_CHARACTERS: Final = 200
# The longest name of a partition, a region, and of what stands around a name in an ARN have less than 100 characters
# together; so has what a policy says besides two ARNs.
_GROUPS_PER_POLICY: Final = CLOUDWATCH_LOGS_RESOURCE_POLICY_CHARACTERS // (_NAME_CHARACTERS + 100) - 2


@jsii.implements(events.IRuleTarget)
class EventLogGroup(Construct):
    """A log group, and the resource policy by which EventBridge may write into it; a target of event rules.

    CloudWatch Logs has ten resource policies per account and region, so the log groups of a stack share one.
    aws-cdk-lib's target makes the policy by a custom resource, a Lambda function; this one has the resource type.
    Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions
    and https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        retention: of the events.
        encryption_key: of the log group. Default: that of CloudWatch Logs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        retention: logs.RetentionDays,
        encryption_key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        name = f"/aws/events/{Names.unique_resource_name(self, max_length=_NAME_CHARACTERS, separator='-')}"
        self.log_group: logs.LogGroup = logs.LogGroup(
            self,
            "Default",
            log_group_name=name,
            retention=retention,
            encryption_key=encryption_key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.arn: str = f"arn:{partition()}:logs:{region()}:{account_id()}:log-group:{name}"
        """Of the log group, without the ``:*`` at its end that means the streams in it."""
        if encryption_key:
            _let_encrypt(encryption_key, self.arn)
        self._policy = _let_write(Stack.of(self), f"{self.arn}:*")

    def let_send(self, rule: Construct) -> None:
        """Have a rule made after the log group and the right to write into it.

        Args:
            rule: of EventBridge.
        """
        rule.node.add_dependency(self.log_group, self._policy)

    @jsii.member(jsii_name="bind")
    def bind(self, rule: Any, id: str | None = None) -> events.RuleTargetConfig:  # noqa: A002, ARG002 - aws-cdk-lib's names
        """The target for a rule, which is made after the policy."""
        if Construct.is_construct(rule):
            self.let_send(rule)
        return events.RuleTargetConfig(arn=self.arn)


class _EventWriters(logs.ResourcePolicy):
    """The right of EventBridge to write into log groups of a stack."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        self._groups = 0
        statement = iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            principals=[iam.ServicePrincipal(service) for service in _WRITERS],
        )
        super().__init__(scope, construct_id, policy_statements=[statement])
        self._statement = statement

    @property
    def has_room(self) -> bool:
        """Whether one more log group fits."""
        return self._groups < _GROUPS_PER_POLICY

    def add(self, arn: str) -> None:
        """Let events be written into one more log group."""
        self._groups += 1
        self._statement.add_resources(arn)


def _let_write(stack: Stack, arn: str) -> logs.ResourcePolicy:
    """The first policy of the stack that has room for one more log group."""
    names = (f"EventWriters{index or ''}" for index in count())
    policies = (stack.node.try_find_child(name) or _EventWriters(stack, name) for name in names)
    policy = next(each for each in policies if isinstance(each, _EventWriters) and each.has_room)
    policy.add(arn)
    return policy


def _let_encrypt(key: kms.IKey, arn: str) -> None:
    key.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
            principals=[iam.ServicePrincipal(f"logs.{region()}.amazonaws.com")],
            resources=["*"],
            conditions={"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": arn}},
        )
    )
