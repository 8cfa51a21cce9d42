"""Measures what no event tells: how many jobs wait, for how long the first one has, how many vCPUs are in use."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import Duration, Names, RemovalPolicy
from aws_cdk import aws_batch as batch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.interfaces.aws_batch import IComputeEnvironmentRef
from constructs import Construct

from constructs_lib.core.job_metrics import (
    ENVIRONMENT_DIMENSION,
    NAMESPACE,
    QUEUE_DIMENSION,
    EnvironmentMetric,
    QueueMetric,
)
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState


class Snapshots(Construct):
    """An express workflow that asks AWS Batch about queues and compute environments, and puts the answers into metrics.

    A snapshot names up to 100 RUNNABLE jobs, children of arrays among them. A queue that cannot be asked, because it is
    gone, does not keep the others from being measured.
    Sources: https://docs.aws.amazon.com/batch/latest/APIReference/API_GetJobQueueSnapshot.html and
    https://docs.aws.amazon.com/batch/latest/APIReference/API_DescribeComputeEnvironments.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        queues: that are measured; with none, there are environments.
        environments: that are measured, up to 100.
        every: how often.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        queues: Sequence[batch.IJobQueue],
        environments: Sequence[IComputeEnvironmentRef],
        every: Duration,
    ) -> None:
        super().__init__(scope, construct_id)
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_type=sfn.StateMachineType.EXPRESS,
            comment="Measures queues and compute environments of AWS Batch.",
            definition_body=sfn.DefinitionBody.from_chainable(self._states(queues, environments)),
            logs=sfn.LogOptions(destination=self._log_group(), level=sfn.LogLevel.ALL, include_execution_data=False),
            tracing_enabled=True,
            timeout=Duration.minutes(2),
        )
        scheduler.Schedule(
            self,
            "Schedule",
            description="Measures queues and compute environments of AWS Batch",
            schedule=scheduler.ScheduleExpression.rate(every),
            # A measurement that is late is of no use: the next one is better.
            target=targets.StepFunctionsStartExecution(
                self.machine, retry_attempts=0, max_event_age=Duration.minutes(1)
            ),
        )

    def _states(
        self, queues: Sequence[batch.IJobQueue], environments: Sequence[IComputeEnvironmentRef]
    ) -> sfn.IChainable:
        if not queues:
            return self._measure(environments)
        arns = [queue.job_queue_arn for queue in queues]
        each = sfn.Map.jsonata(
            self,
            "Measure queues",
            comment="All queues side by side.",
            items=sfn.ProvideItems.json_array(arns),
            outputs={},
        )
        missing = sfn.Pass.jsonata(self, "Leave out", comment="The queue cannot be asked.", outputs={})
        look = self._look(
            "Look at queue",
            resource="aws-sdk:batch:getJobQueueSnapshot",
            arguments={"JobQueue": "{% $states.input %}"},
            outputs=program(__file__, "queue").bind(
                waiting=QueueMetric.WAITING.value,
                front=QueueMetric.FRONT_SECONDS.value,
                vcpus=QueueMetric.VCPUS.value,
                dimension=QUEUE_DIMENSION,
            ),
            statement=iam.PolicyStatement(actions=["batch:GetJobQueueSnapshot"], resources=arns),
            comment="The first jobs that wait, and the vCPUs of those that run.",
        )
        look.add_catch(missing, errors=["States.ALL"], outputs={})
        look.next(self._put("Put metrics of queue"))
        each.item_processor(look)
        return each.next(self._measure(environments)) if environments else each

    def _measure(self, environments: Sequence[IComputeEnvironmentRef]) -> TaskState:
        arns = [environment.compute_environment_ref.compute_environment_arn for environment in environments]
        look = self._look(
            "Look at environments",
            resource="aws-sdk:batch:describeComputeEnvironments",
            arguments={"ComputeEnvironments": arns},
            outputs=program(__file__, "environments").bind(
                invalid=EnvironmentMetric.INVALID.value,
                maximum=EnvironmentMetric.MAX_VCPUS.value,
                dimension=ENVIRONMENT_DIMENSION,
            ),
            statement=iam.PolicyStatement(
                actions=["batch:DescribeComputeEnvironments"],
                resources=["*"],  # AWS has no narrower resource for it
            ),
            comment="Whether they are valid, and how many vCPUs they may have.",
        )
        look.next(self._put("Put metrics of environments"))
        return look

    def _look(
        self,
        construct_id: str,
        *,
        resource: str,
        arguments: dict[str, Any],
        outputs: str,
        statement: iam.PolicyStatement,
        comment: str,
    ) -> TaskState:
        look = TaskState(
            self,
            construct_id,
            resource=resource,
            arguments=arguments,
            outputs=outputs,
            statements=[statement],
            comment=comment,
        )
        look.add_retry(
            errors=["States.ALL"],
            interval=Duration.seconds(2),
            max_attempts=3,
            backoff_rate=2,
            jitter_strategy=sfn.JitterType.FULL,
        )
        return look

    def _put(self, construct_id: str) -> TaskState:
        return TaskState(
            self,
            construct_id,
            resource="aws-sdk:cloudwatch:putMetricData",
            arguments={"Namespace": NAMESPACE, "MetricData": "{% $states.input %}"},
            outputs={},
            statements=[
                iam.PolicyStatement(
                    actions=["cloudwatch:PutMetricData"],
                    resources=["*"],  # AWS has no narrower resource for it
                    conditions={"StringEquals": {"cloudwatch:namespace": NAMESPACE}},
                )
            ],
            comment="As metrics of CloudWatch.",
        )

    def _log_group(self) -> logs.LogGroup:
        # Without this prefix, each log group uses a part of the resource policy, which is limited to 5,120 characters.
        name = Names.unique_resource_name(self, max_length=200, separator="-")
        return logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/vendedlogs/states/{name}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )
