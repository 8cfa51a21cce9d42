"""A log group that EventBridge writes events into, for CloudWatch Logs Insights and metric filters."""

from typing import Any

import jsii
from aws_cdk import Names, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.core.pseudo import account_id, partition, region


@jsii.implements(events.IRuleTarget)
class JobLog(Construct):
    """A log group, and the resource policy by which EventBridge may write into it; a target of event rules.

    aws-cdk-lib's target makes the policy by a custom resource, a Lambda function; this one has the resource type.
    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        retention: of the events.
    """

    def __init__(self, scope: Construct, construct_id: str, *, retention: logs.RetentionDays) -> None:
        super().__init__(scope, construct_id)
        name = Names.unique_resource_name(self, max_length=256, separator="-")
        self.log_group: logs.LogGroup = logs.LogGroup(
            self,
            "Default",
            log_group_name=f"/aws/events/{name}",
            retention=retention,
            removal_policy=RemovalPolicy.DESTROY,
        )
        arn = f"arn:{partition()}:logs:{region()}:{account_id()}:log-group:/aws/events/{name}:*"
        self._policy = logs.ResourcePolicy(
            self,
            "Policy",
            policy_statements=[
                iam.PolicyStatement(
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    principals=[
                        iam.ServicePrincipal("events.amazonaws.com"),
                        iam.ServicePrincipal("delivery.logs.amazonaws.com"),
                    ],
                    resources=[arn],
                )
            ],
        )
        self.arn: str = f"arn:{partition()}:logs:{region()}:{account_id()}:log-group:{self.log_group.log_group_name}"
        """Of the log group, without the ``:*`` at its end that means the streams in it."""

    @jsii.member(jsii_name="bind")
    def bind(self, rule: Any, id: str | None = None) -> events.RuleTargetConfig:  # noqa: A002, ARG002 - aws-cdk-lib's names
        """The target for a rule, which is made after the policy."""
        if Construct.is_construct(rule):
            rule.node.add_dependency(self._policy)
        return events.RuleTargetConfig(arn=self.arn)
