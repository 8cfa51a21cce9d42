"""So many stacks with the same resources and states as in ours.py, hand-written with aws-cdk-lib.

Its states have the same expressions, which are in expressions.json.
"""

import json
import sys
from pathlib import Path

from aws_cdk import App, Duration, Names, RemovalPolicy, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from benchmarks.apps.parts_by_hand import bucket as shared_bucket
from benchmarks.apps.parts_by_hand import job as job_definition
from benchmarks.apps.parts_by_hand import queue as shared_queue

EXPRESSIONS: dict[str, str] = json.loads((Path(__file__).parent / "expressions.json").read_text())
THROTTLED = [
    "Batch.AWSBatchException",
    "Batch.BatchException",
    "Batch.ServerException",
    "Batch.TooManyRequestsException",
]


class JobsByMap(Construct):
    """A job for each item of a list, with what a MapFanOut does for it.

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope.
        queue: where the jobs wait.
        bucket: for long lists.
    """

    def __init__(self, scope: Construct, construct_id: str, *, queue: batch.JobQueue, bucket: s3.Bucket) -> None:
        super().__init__(scope, construct_id)
        self._stack = Stack.of(self)
        job = job_definition(self, bucket)
        self._state_machine(self._states(job, queue, bucket), job, queue, bucket)

    def _states(self, job: batch.EcsJobDefinition, queue: batch.JobQueue, bucket: s3.Bucket) -> sfn.IChainable:
        done = sfn.Pass.jsonata(self, "Return summary", comment="The output.", outputs="{% $states.input.summary %}")
        outcome = self._check_outcome(done)
        jobs = self._map(job, queue)
        jobs.next(outcome)
        how = sfn.Choice.jsonata(self, "Choose how to run", comment="By the plan.")
        put = sfn.CustomState(
            self,
            "Put items to S3",
            state_json={
                "Type": "Task",
                "QueryLanguage": "JSONata",
                "Comment": "The list is too long for the environment of a job.",
                "Resource": f"arn:{self._stack.partition}:states:::aws-sdk:s3:putObject",
                "Arguments": {
                    "Bucket": bucket.bucket_name,
                    "Key": "{% $states.input.directory & '/items.json' %}",
                    "Body": EXPRESSIONS["body"],
                    "ContentType": "application/json",
                },
                "Output": EXPRESSIONS["Put items to S3"],
            },
        )
        self._retry(put, ["S3.S3Exception", "S3.SdkClientException"], 4, 10)
        put.next(how)
        long = sfn.Condition.jsonata("{% $exists($states.input.itemsToStore) %}")
        how.when(long, put, comment="A long list").otherwise(jobs)
        expression = EXPRESSIONS["Plan jobs"].replace("BUCKET", bucket.bucket_name)
        plan = sfn.Pass.jsonata(self, "Plan jobs", comment="Measures the items.", outputs=expression)
        plan.next(how)
        return self._read().next(self._check_items(plan, done))

    def _read(self) -> sfn.Pass:
        outputs = {"items": EXPRESSIONS["Read items"], "environment": []}
        return sfn.Pass.jsonata(self, "Read items", comment="Evaluates items and environment once.", outputs=outputs)

    def _check_items(self, plan: sfn.Pass, done: sfn.Pass) -> sfn.Choice:
        too_long = sfn.Condition.jsonata(
            "{% $type($states.input.items) = 'object' and $exists($states.input.items.itemsTooLong) %}"
        )
        check = sfn.Choice.jsonata(self, "Check items", comment="Tells a list that can be run from what is none.")
        check.when(too_long, self._fail("Items are too long", "FanOut.TooManyItems"), comment="More than a state takes")
        is_none = sfn.Condition.jsonata("{% $type($states.input.items) != 'array' %}")
        check.when(is_none, self._fail("Items are not an array", "FanOut.InvalidItems"), comment="Not an array")
        check.when(
            sfn.Condition.jsonata("{% $count($states.input.items) = 0 %}"),
            done,
            comment="Nothing to do is a success",
            outputs={"summary": {"total": 0, "succeeded": 0, "failed": 0, "failedIndexes": [], "jobIds": []}},
        )
        too_many = sfn.Condition.jsonata("{% $count($states.input.items) > 2400 %}")
        check.when(too_many, self._fail("Too many items", "FanOut.TooManyItems"), comment="More than 2,400")
        return check.otherwise(plan)

    def _fail(self, name: str, error: str) -> sfn.Fail:
        return sfn.Fail.jsonata(self, name, comment="The cause says why.", error=error, cause=EXPRESSIONS[name])

    def _check_outcome(self, done: sfn.Pass) -> sfn.Choice:
        outcome = sfn.Choice.jsonata(self, "Check outcome", comment="Compares the failures with what is tolerated.")
        refused = sfn.Fail.jsonata(
            self,
            "Job was not accepted",
            comment="Passes on what AWS Batch said.",
            error="{% $states.input.error %}",
            cause="{% $states.input.cause %}",
        )
        failed = self._fail("Too many failures", "FanOut.TooManyFailures")
        outcome.when(sfn.Condition.jsonata("{% $exists($states.input.error) %}"), refused, comment="Not submitted")
        outcome.when(sfn.Condition.jsonata("{% $states.input.summary.failed > 0 %}"), failed, comment="More than 0")
        return outcome.otherwise(done)

    def _map(self, job: batch.EcsJobDefinition, queue: batch.JobQueue) -> sfn.Map:
        task = sfn.CustomState(
            self,
            "Run job",
            state_json={
                "Type": "Task",
                "QueryLanguage": "JSONata",
                "Comment": "Runs one item.",
                "Resource": f"arn:{self._stack.partition}:states:::batch:submitJob.sync",
                "Arguments": {
                    "JobName": "{% 'Items-' & $states.input.index %}",
                    "JobDefinition": job.job_definition_arn,
                    "JobQueue": queue.job_queue_arn,
                    "ContainerOverrides": {"Environment": "{% $states.input.environment %}"},
                    "Tags": {"submitted-by": self.node.path},
                },
                "Output": "{% $states.result.JobId %}",
                # add_catch leaves an output out, and a state that is in no add_catch is in no state machine.
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Note failure", "Output": EXPRESSIONS["Run job"]}],
            },
        )
        self._retry(task, THROTTLED, 12, 30)
        task.add_catch(sfn.Pass.jsonata(self, "Note failure", comment="Lets the other items run."))
        jobs = sfn.Map.jsonata(
            self,
            "Run jobs",
            comment="Runs a job for each item.",
            items=sfn.ProvideItems.jsonata(EXPRESSIONS["items"]),
            item_selector={
                "index": EXPRESSIONS["index"],
                "causeCharacters": EXPRESSIONS["causeCharacters"],
                "environment": EXPRESSIONS["environment"],
            },
            max_concurrency=40,
            outputs=EXPRESSIONS["Run jobs"],
        )
        jobs.item_processor(task)
        return jobs

    @staticmethod
    def _retry(task: sfn.CustomState, errors: list[str], attempts: int, longest: int) -> None:
        task.add_retry(
            errors=errors,
            interval=Duration.seconds(1),
            backoff_rate=2,
            max_attempts=attempts,
            max_delay=Duration.seconds(longest),
            jitter_strategy=sfn.JitterType.FULL,
        )

    def _state_machine(
        self, definition: sfn.IChainable, job: batch.EcsJobDefinition, queue: batch.JobQueue, bucket: s3.Bucket
    ) -> None:
        group = logs.LogGroup(
            self,
            "StateMachineLogs",
            log_group_name=f"/aws/vendedlogs/states/{Names.unique_resource_name(self, separator='-')}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )
        machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_chainable(definition),
            logs=sfn.LogOptions(destination=group, level=sfn.LogLevel.ALL, include_execution_data=False),
            tracing_enabled=True,
        )
        jobs = self._stack.format_arn(service="batch", resource="job", resource_name="*")
        rule = self._stack.format_arn(
            service="events", resource="rule", resource_name="StepFunctionsGetEventsForBatchJobsRule"
        )
        mark = {"StringEquals": {"aws:ResourceTag/submitted-by": self.node.path}}
        for statement in (
            iam.PolicyStatement(actions=["s3:PutObject"], resources=[bucket.arn_for_objects("fan-out/*")]),
            iam.PolicyStatement(
                actions=["batch:SubmitJob", "batch:TagResource"],
                resources=[job.job_definition_arn, queue.job_queue_arn],
            ),
            iam.PolicyStatement(actions=["batch:TerminateJob"], resources=[jobs], conditions=mark),
            iam.PolicyStatement(actions=["batch:DescribeJobs"], resources=["*"]),
            iam.PolicyStatement(
                actions=["events:DescribeRule", "events:PutRule", "events:PutTargets"], resources=[rule]
            ),
        ):
            machine.add_to_role_policy(statement)


class Pipeline(Stack):
    """One pipeline, with a queue and a bucket of its own."""

    def __init__(self, scope: Construct, construct_id: str, vpc: ec2.IVpc) -> None:
        super().__init__(scope, construct_id)
        JobsByMap(self, "Items", queue=shared_queue(self, vpc), bucket=shared_bucket(self))


if __name__ == "__main__":
    app = App(analytics_reporting=False)
    shared = ec2.Vpc(Stack(app, "Network"), "Vpc", max_azs=2)
    for number in range(int(sys.argv[1])):
        Pipeline(app, f"Pipeline{number}", shared)
    app.synth()
