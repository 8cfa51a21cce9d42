"""The queue for what could not be delivered, and the alarm about it.

Sources: https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html and
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

from typing import Any, Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from constructs_lib.core.alarm_topics import let_alarms_publish
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.pseudo import account_id
from constructs_lib.rules import Rule

RETENTION_DAYS: Final = 14
"""The longest that Amazon SQS keeps a message."""


def check_dead_letter_queue(place: ArgumentPath, queue: sqs.IQueue | None) -> None:
    """Refuse a FIFO queue, to which neither EventBridge nor EventBridge Scheduler sends what it could not deliver."""
    if queue is not None and queue.fifo:
        raise Rule.DEAD_LETTER_QUEUE.error(
            place,
            got="a FIFO queue",
            expected="EventBridge sends what it could not deliver to standard queues only",
            fix="Pass a queue without fifo, or leave it out: then one is made.",
        )


class DeadLetters(Construct):
    """Where deliveries go that AWS gave up: a queue of its own, encrypted, TLS only, which keeps them for 14 days.

    Args:
        scope: the trigger.
        construct_id: its id in the scope.
        queue: the user's own. Default: one is made.
        alarm_topic: is told of the first one. Default: nobody is.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        queue: sqs.IQueue | None,
        alarm_topic: sns.ITopic | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.queue: sqs.IQueue = queue or sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(RETENTION_DAYS),
        )
        self.alarm: cloudwatch.Alarm | None = self._alarm(alarm_topic) if alarm_topic else None

    def metric(self, **options: Any) -> cloudwatch.Metric:
        """How many wait in the queue: ``ApproximateNumberOfMessagesVisible``.

        Args:
            options: as of aws-cdk-lib's ``Queue.metric``.
        """
        known = {name: value for name, value in options.items() if value is not None}
        given = {"period": Duration.minutes(1), "statistic": "Maximum", **known}
        return self.queue.metric_approximate_number_of_messages_visible(**given)

    def send_statements(self) -> list[iam.PolicyStatement]:
        """The permission to put a dead letter into the queue, and to use its key if it has one."""
        send = iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.queue.queue_arn])
        return [send, *self.key_statements()]

    def let_rules_use_the_key(self) -> None:
        """Allow EventBridge, which works for rules without a role, to use the key of the queue, if it has one."""
        key = self.queue.encryption_master_key
        if key is not None:
            key.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=["kms:Decrypt", "kms:GenerateDataKey"],
                    principals=[iam.ServicePrincipal("events.amazonaws.com")],
                    resources=["*"],
                    conditions={"StringEquals": {"aws:SourceAccount": account_id()}},
                )
            )

    def key_statements(self) -> list[iam.PolicyStatement]:
        """The permission to use the key of the queue, if it has one."""
        key = self.queue.encryption_master_key
        actions_of_key = ["kms:Decrypt", "kms:GenerateDataKey"]
        return [iam.PolicyStatement(actions=actions_of_key, resources=[key.key_arn])] if key else []

    def _alarm(self, topic: sns.ITopic) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            "Alarm",
            metric=self.metric(),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description="Something that should have started did not: it is in the dead-letter queue.",
        )
        let_alarms_publish(topic)
        alarm.add_alarm_action(actions.SnsAction(topic))
        return alarm
