"""A job and a state machine over a list as articles show them: no guards, and no account of failures."""

from typing import Any

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from benchmarks.apps.parts_by_hand import job


class PlainJobs(Construct):
    """A job for each item of a list, by the state of aws-cdk-lib that fits, with logs and tracing.

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        queue: where the jobs wait.
        bucket: has the list of a Distributed Map.
        strategy: ``map``, ``array`` or ``distributed``.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, queue: batch.JobQueue, bucket: s3.Bucket, strategy: str
    ) -> None:
        super().__init__(scope, construct_id)
        definition = job(self, bucket)
        names = {"job_definition_arn": definition.job_definition_arn, "job_queue_arn": queue.job_queue_arn}
        steps = {"map": self._map, "array": self._array, "distributed": self._distributed}
        group = logs.LogGroup(
            self,
            "StateMachineLogs",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )
        sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_chainable(steps[strategy](names, bucket)),
            logs=sfn.LogOptions(destination=group, level=sfn.LogLevel.ALL),
            tracing_enabled=True,
        )

    def _map(self, names: dict[str, Any], _bucket: s3.Bucket) -> sfn.IChainable:
        items = sfn.ProvideItems.jsonata("{% $states.input.items %}")
        return sfn.Map.jsonata(self, "Items", items=items, max_concurrency=40).item_processor(self._submit(names))

    def _array(self, names: dict[str, Any], _bucket: s3.Bucket) -> sfn.IChainable:
        return self._submit(names, "{% $string($states.input.items) %}", array_size=1_000)

    def _distributed(self, names: dict[str, Any], bucket: s3.Bucket) -> sfn.IChainable:
        reader = sfn.S3JsonItemReader(bucket=bucket, key="items.json")
        return sfn.DistributedMap.jsonata(self, "Items", item_reader=reader, max_concurrency=50).item_processor(
            self._submit(names)
        )

    def _submit(
        self, names: dict[str, Any], items: str = "{% $string($states.input) %}", **options: Any
    ) -> tasks.BatchSubmitJob:
        overrides = tasks.BatchContainerOverrides(environment={"ITEMS": items})
        name = Stack.of(self).stack_name
        return tasks.BatchSubmitJob.jsonata(
            self, "Submit", job_name=name, container_overrides=overrides, **names, **options
        )
