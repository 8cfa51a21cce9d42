"""A cap on the vCPUs of compute environments, put on by a message and taken off at the beginning of a month."""

import json
from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from constructs_lib.compute.ec2.environment import Ec2ComputeEnvironment
from constructs_lib.compute.fargate_environment import FargateComputeEnvironment
from constructs_lib.core.quantities import as_text
from constructs_lib.costs.capper import PROGRAM

Cappable = Ec2ComputeEnvironment | FargateComputeEnvironment


class VcpuCap(Construct):
    """A topic whose messages cap environments, and a schedule that restores them on the first of each month, UTC.

    Running jobs finish. A cap of 0 disables the environments: no job starts, and idle instances go. Another one lowers
    ``maxvCpus``; if AWS Batch refuses that, the environment is disabled instead. CloudFormation does not notice: a
    deployment leaves the cap in place unless it changes the environment.

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        environments: what it caps.
        vcpus: to how many, each.
        restore_monthly: whether the cap ends with the month.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environments: Sequence[Cappable],
        vcpus: int,
        restore_monthly: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True)
        self.function = self._function(environments, vcpus)
        self.topic.add_subscription(subscriptions.LambdaSubscription(self.function))
        if restore_monthly:
            restore = events.RuleTargetInput.from_object({"action": "restore"})
            events.Rule(
                self,
                "Restore",
                description="Takes the cap off the compute environments",
                schedule=events.Schedule.cron(minute="0", hour="0", day="1"),
                targets=[targets.LambdaFunction(self.function, event=restore)],
            )

    def _function(self, environments: Sequence[Cappable], vcpus: int) -> lambda_.Function:
        log_group = logs.LogGroup(
            self, "Logs", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["batch:UpdateComputeEnvironment"],
                resources=[environment.compute_environment_arn for environment in environments],
            )
        )
        return lambda_.Function(
            self,
            "Function",
            description="Caps compute environments of AWS Batch, or restores them",
            runtime=lambda_.Runtime.PYTHON_3_14,
            handler="index.handler",
            code=lambda_.Code.from_inline(PROGRAM),
            role=role,
            log_group=log_group,
            timeout=Duration.minutes(1),
            environment={
                "CAPPED_VCPUS": as_text(vcpus),
                "ENVIRONMENTS": json.dumps([_original(environment) for environment in environments]),
            },
        )


def _original(environment: Cappable) -> dict[str, str | float]:
    found: dict[str, str | float] = {"arn": environment.compute_environment_arn, "max": environment.maxv_cpus or 0}
    if isinstance(environment, Ec2ComputeEnvironment):
        found["min"] = environment.minv_cpus or 0
    return found
