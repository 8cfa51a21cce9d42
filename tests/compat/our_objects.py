"""An app whose environments, queue, job and state machine are ours; what submits the jobs is aws-cdk-lib's."""

from typing import Any

from aws_cdk import CfnOutput, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from constructs_lib import (
    BatchStateMachine,
    ContainerJob,
    FargateComputeEnvironment,
    JobImage,
    JobQueue,
    Platform,
)

SAY = ["python3", "-c", "import os; print('hello', os.environ.get('WHO', 'event'))"]


class OurObjects(Stack):
    """A job by a state of either query language, and by two rules: as a target, and through the state machine."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        environment = FargateComputeEnvironment(self, "Fargate", vpc=vpc, max_vcpus=16)
        queue = JobQueue(self, "Queue", compute_environments=[environment])
        job = ContainerJob(
            self,
            "Job",
            image=JobImage.from_registry("public.ecr.aws/docker/library/python:3.13-slim"),
            command=SAY,
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )
        arns = {"job_definition_arn": job.job_definition_arn, "job_queue_arn": queue.job_queue_arn}
        machine = BatchStateMachine(self, "StateMachine", definition=self._states(arns))
        by_machine = targets.SfnStateMachine(machine, input=events.RuleTargetInput.from_object({"who": "rule"}))
        self._rule("Chained", by_machine)
        self._rule("Placed", targets.BatchJob(queue.job_queue_arn, queue, job.job_definition_arn, job))
        CfnOutput(self, "QueueArn", value=queue.job_queue_arn)

    def _states(self, arns: dict[str, Any]) -> sfn.IChainable:
        by_path = tasks.BatchSubmitJob(
            self,
            "Submit by path",
            job_name="by-path",
            **arns,
            container_overrides=tasks.BatchContainerOverrides(environment={"WHO": sfn.JsonPath.string_at("$.who")}),
            result_path=sfn.JsonPath.DISCARD,
        )
        by_expression = tasks.BatchSubmitJob.jsonata(
            self,
            "Submit by expression",
            job_name="by-expression",
            **arns,
            array_size=2,
            container_overrides=tasks.BatchContainerOverrides(environment={"WHO": "{% $states.input.who %}"}),
            outputs="{% $states.result.Status %}",
        )
        return by_path.next(by_expression)

    def _rule(self, construct_id: str, target: events.IRuleTarget) -> None:
        pattern = events.EventPattern(source=["shop"], detail_type=[construct_id])
        events.Rule(self, construct_id, event_pattern=pattern, targets=[target])
