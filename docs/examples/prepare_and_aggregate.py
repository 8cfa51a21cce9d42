"""Pre-processing, a fan-out over what it has found, and an aggregation of the results, as one state machine."""

import tempfile
from pathlib import Path

from aws_cdk import App, Size, Stack
from aws_cdk import aws_s3 as s3

from constructs_lib import (
    BatchNetwork,
    BatchStateMachine,
    ContainerJob,
    DistributedFanOut,
    FargateComputeEnvironment,
    ItemSource,
    JobImage,
    JobQueue,
    Platform,
    SubmitJob,
)
from constructs_lib.local import EmbeddedAws
from constructs_lib.testing import LocalAws

MODULES = Path(__file__).parent / "shapes_job"


class AggregateStack(Stack):
    """Runs for the day in ``{"day": "monday"}``: a job plans, jobs measure what it has found, and a job adds it up."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Aggregate")
        network = BatchNetwork(self, "Network", platforms=[Platform.FARGATE])
        environment = FargateComputeEnvironment(self, "Fargate", vpc=network, max_vcpus=16)
        self._queue = JobQueue(self, "Queue", compute_environments=[environment])
        self._image = JobImage.from_python(self, "Image", MODULES, handler="shapes:measure")
        self._data = s3.Bucket(self, "Data", enforce_ssl=True, block_public_access=s3.BlockPublicAccess.BLOCK_ALL)
        definition = self._prepare().next(self._measure()).next(self._aggregate())
        BatchStateMachine(self, "StateMachine", definition=definition)

    def _prepare(self) -> SubmitJob:
        """Writes the list, of any length, to S3; what it returns is the key."""
        job = self._job("Plan")
        self._data.grant_put(job.job_role, "plans/*")
        return SubmitJob(
            self,
            "Plan the day",
            job=job,
            queue=self._queue,
            environment={
                "ITEMS": "{% $string([$states.input.day]) %}",
                "RESULTS_URI": f"{{% 's3://{self._data.bucket_name}/plans/' & $states.input.day %}}",
            },
            outputs={"key": "{% 'plans/' & $states.input.day & '/0.json' %}"},
        )

    def _measure(self) -> DistributedFanOut:
        items = ItemSource.json(self._data, "{% $states.input.key %}", key_pattern="plans/*")
        return DistributedFanOut(
            self, "Work", job=self._job("Measure"), queue=self._queue, bucket=self._data, items=items
        )

    def _aggregate(self) -> SubmitJob:
        """Reads all results; its input is the summary of the fan-out, which says where they are."""
        job = self._job("Total")
        self._data.grant_read(job.job_role, "fan-out/*")
        self._data.grant_put(job.job_role, "totals/*")
        return SubmitJob(
            self,
            "Total the day",
            job=job,
            queue=self._queue,
            environment={
                "ITEMS": "{% $string([$states.input.resultsUri]) %}",
                "RESULTS_URI": f"{{% 's3://{self._data.bucket_name}/totals/' & $states.context.Execution.Input.day %}}",
            },
            outputs={"total": f"{{% 's3://{self._data.bucket_name}/totals/' & $states.context.Execution.Input.day %}}"},
        )

    def _job(self, construct_id: str) -> ContainerJob:
        return ContainerJob(
            self,
            construct_id,
            image=self._image,
            command=[f"shapes:{construct_id.lower()}"],
            platform=Platform.FARGATE,
            vcpus=0.25,
            memory=Size.mebibytes(512),
        )


def main() -> None:
    """Deploy it, run a day, and read the total."""
    with tempfile.TemporaryDirectory() as directory, EmbeddedAws(Path(directory)) as aws:
        outcome = LocalAws(aws, Path(directory)).deploy(AggregateStack(App())).run({"day": "monday"})
        print(outcome.status, [(job.name, job.status) for job in outcome.jobs])
        bucket, _, key = outcome.output["total"].removeprefix("s3://").partition("/")
        total = aws.client("s3").get_object(Bucket=bucket, Key=f"{key}/0.json")["Body"].read()
        print("total:", total.decode())


if __name__ == "__main__":
    main()
