"""A log group with the events of the jobs of some queues."""

from collections.abc import Iterator, Sequence
from typing import Final

from aws_cdk import ArnFormat, Names, RemovalPolicy, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.core.pseudo import account_id, partition, region
from constructs_lib.limits import EVENT_PATTERN_CHARACTERS
from constructs_lib.monitoring.patterns import BLOCKED, CHANGED, STATUSES

# A pattern without queues has less than 300 characters, and an ARN with the longest name less than 220.
_QUEUES_PER_RULE: Final = (EVENT_PATTERN_CHARACTERS - 300) // 220
_WRITERS: Final = ("events.amazonaws.com", "delivery.logs.amazonaws.com")


class EventLog(Construct):
    """A log group to which EventBridge writes each event that the metrics count.

    The events are those of DescribeJobs, with the command and the variables of the job. The resource policy of the log
    group is one of the ten that CloudWatch Logs has per account and region.
    Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html and
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        queues: whose events are kept.
        retention: how long.
        encryption_key: of the log group. Default: that of CloudWatch Logs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        queues: Sequence[batch.IJobQueue],
        retention: logs.RetentionDays,
        encryption_key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        name = f"/aws/events/{Names.unique_resource_name(self, max_length=200, separator='-')}"
        self.log_group = logs.LogGroup(
            self,
            "Default",
            log_group_name=name,
            retention=retention,
            encryption_key=encryption_key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        if encryption_key:
            _let_encrypt(encryption_key, name)
        policy = self._let_write()
        arn = Stack.of(self).format_arn(
            service="logs", resource="log-group", arn_format=ArnFormat.COLON_RESOURCE_NAME, resource_name=name
        )
        for index, some in enumerate(_parts(queues)):
            rule = events.CfnRule(
                self,
                f"Rule{index or ''}",
                description="Events of jobs, from which metrics are made",
                event_pattern={
                    "source": ["aws.batch"],
                    "detail-type": [CHANGED, BLOCKED],
                    "detail": {"jobQueue": [queue.job_queue_arn for queue in some], "status": list(STATUSES)},
                },
                targets=[events.CfnRule.TargetProperty(id="Log", arn=arn)],
            )
            rule.node.add_dependency(self.log_group, policy)

    def _let_write(self) -> logs.ResourcePolicy:
        # The target of aws-cdk-lib makes the same policy by a function.
        statement = iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            principals=[iam.ServicePrincipal(service) for service in _WRITERS],
            resources=[self.log_group.log_group_arn],
        )
        return logs.ResourcePolicy(self, "Policy", policy_statements=[statement])


def _let_encrypt(key: kms.IKey, name: str) -> None:
    arn = f"arn:{partition()}:logs:{region()}:{account_id()}:log-group:{name}"
    key.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
            principals=[iam.ServicePrincipal(f"logs.{region()}.amazonaws.com")],
            resources=["*"],
            conditions={"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": arn}},
        )
    )


def _parts(queues: Sequence[batch.IJobQueue]) -> Iterator[Sequence[batch.IJobQueue]]:
    for start in range(0, len(queues), _QUEUES_PER_RULE):
        yield queues[start : start + _QUEUES_PER_RULE]
