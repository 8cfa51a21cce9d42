"""The demo: years of daily weather, split by month, one child of an array job per month, aggregated per year."""

from pathlib import Path
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from constructs_lib import ArrayFanOut, BatchStateMachine, ContainerJob, SubmitJob
from stacks.accepted import accept_pipeline
from stacks.settings import Settings
from stacks.worker import fargate_queue, worker_image, worker_job

FOLDER = "weather"
DATASET = Path(__file__).parent.parent / "data" / "weather" / "seattle-weather.csv"


class WeatherStack(Stack):
    """Start it with ``{"items": [2012, 2013]}``: its output has the figures of these years under ``report``.

    A first job writes one file per month and returns their list, an array job works out the figures of each month, and
    a last job aggregates them per year.
    """

    def __init__(self, scope: Construct, construct_id: str, **options: Any) -> None:
        super().__init__(scope, construct_id, **options)
        settings = Settings.of(self.node)
        self._queue = fargate_queue(self, settings)
        self._image = worker_image(self, settings)
        month = self._job("Month")
        months = ArrayFanOut(self, "Months", job=month, queue=self._queue)
        self._bucket = months.bucket
        _allow(month, "s3:GetObject", self._bucket.arn_for_objects(f"{FOLDER}/*"))
        pipeline = self._plan().next(self._split()).next(self._read("Read months", "split", '{"items": RESULT}'))
        pipeline = pipeline.next(months).next(self._keep_summary()).next(self._aggregate())
        pipeline = pipeline.next(self._read("Read report", "report", '$merge([$summary, {"report": RESULT}])'))
        machine = BatchStateMachine(self, "StateMachine", definition=pipeline)
        CfnOutput(self, "StateMachineArn", value=machine.state_machine_arn)
        accept_pipeline(
            bucket=self._bucket,
            jobs=[month, self._split_job, self._year_job],
            machines=[machine],
            prefixes=["fan-out/*", f"{FOLDER}/*"],
        )

    def _plan(self) -> sfn.Pass:
        return sfn.Pass.jsonata(
            self,
            "Plan",
            comment="Where this run keeps its files.",
            assign={
                "key": f"{{% '{FOLDER}/' & $states.context.Execution.Name %}}",
                "uri": f"{{% 's3://{self._bucket.bucket_name}/{FOLDER}/' & $states.context.Execution.Name %}}",
            },
        )

    def _split(self) -> SubmitJob:
        dataset = s3_assets.Asset(self, "Dataset", path=str(DATASET))
        self._split_job = job = self._job("Split")
        _allow(job, "s3:GetObject", dataset.bucket.arn_for_objects(dataset.s3_object_key))
        _allow(job, "s3:PutObject", self._bucket.arn_for_objects(f"{FOLDER}/*"))
        item = f'{{"dataset": "{dataset.s3_object_url}", "years": $states.input.items, "months_uri": $uri & "/months"}}'
        return self._step("Split by month", job, item, "split")

    def _aggregate(self) -> SubmitJob:
        self._year_job = job = self._job("Year")
        _allow(job, "s3:GetObject", self._bucket.arn_for_objects("fan-out/*"))
        _allow(job, "s3:PutObject", self._bucket.arn_for_objects(f"{FOLDER}/*"))
        item = '{"results_uri": $summary.resultsUri, "total": $summary.total}'
        return self._step("Aggregate per year", job, item, "report")

    def _keep_summary(self) -> sfn.Pass:
        return sfn.Pass.jsonata(
            self, "Keep summary", comment="The outcome of the months.", assign={"summary": "{% $states.input %}"}
        )

    def _job(self, step: str) -> ContainerJob:
        return worker_job(self, step, self._image, [f"weather.{step.lower()}:handler"])

    def _step(self, name: str, job: ContainerJob, item: str, result: str) -> SubmitJob:
        """A job outside of a fan-out, told its one item and where its result goes in the same way."""
        return SubmitJob(
            self,
            name,
            job=job,
            queue=self._queue,
            environment={"ITEMS": f"{{% $string([{item}]) %}}", "RESULTS_URI": f'{{% $uri & "/{result}" %}}'},
        )

    def _read(self, name: str, result: str, output: str) -> tasks.CallAwsService:
        """The result of a job, read into the state machine."""
        return tasks.CallAwsService.jsonata(
            self,
            name,
            service="s3",
            action="getObject",
            parameters={"Bucket": self._bucket.bucket_name, "Key": f"{{% $key & '/{result}/0.json' %}}"},
            iam_resources=[self._bucket.arn_for_objects(f"{FOLDER}/*")],
            outputs=f"{{% {output.replace('RESULT', '$parse($states.result.Body)')} %}}",
        )


def _allow(job: ContainerJob, action: str, objects: str) -> None:
    """Let a job do one thing with some objects; the grants of a bucket would allow more than it needs."""
    job.job_role.add_to_principal_policy(iam.PolicyStatement(actions=[action], resources=[objects]))
